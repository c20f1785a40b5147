"""
What laboratories write where a number is missing, and what that means.

Such a word is never read as a value: "not detected" names no limit, and a note is not a
number. The reason says what the laboratory said, so that nobody has to guess why.
"""

from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_
from labs.formats.spelling import plain, quoted

NOT_DONE = N_("The laboratory gave no value, %(shown)s: the test was not done.")
TO_COME = N_("The laboratory gave no value, %(shown)s: the result is still to come.")
IN_A_NOTE = N_(
    "The laboratory points to a note, %(shown)s; no value is read out of notes."
)
NO_LIMIT = N_(
    "%(shown)s names no number. Where the report prints the limit of "
    "detection, write it as it is printed there, such as <4."
)

_WORDS = {
    NOT_DONE: """
        tnp, test not performed, not performed, not done, not tested, not measured,
        dnr, did not report, qns, quantity not sufficient, insufficient sample, ins,
        insufficient specimen, insufficient quantity, no sample, no specimen, nsq,
        no sample received, specimen not received, sample not received, hemolyzed,
        haemolysed, hemolysed, lipemic, lipaemic, clotted, unsuitable sample, cancel,
        cancelled, canceled, test cancelled, test canceled, rejected, credit, error,
        not reported, not available, unavailable, invalid, invalid result, not valid,
        nicht durchgefuhrt, nicht messbar, nicht bestimmbar, kein material, entfallt,
        material fehlt, zu wenig material, storniert, hamolytisch, nicht gemessen,
        non realise, non effectue, non fait, annule, quantite insuffisante, hemolyse,
        no realizado, muestra insuficiente, hemolizada, cancelado, anulado,
        non eseguito, campione insufficiente, annullato, emolizzato,
        niet uitgevoerd, onvoldoende materiaal, niet bepaald, vervallen,
        nao realizado, amostra insuficiente, calisilamadi, yetersiz numune,
        nie wykonano, brak materialu, ej utford, ej analyserad, ikke utfort,
        ikke udfort, ei tehty, neprovedeno, nem tortent meres, لم يتم الفحص""",
    TO_COME: """
        pending, result pending, in progress, in process, to follow, awaiting result,
        ordered, received, not yet available, processing, pend, prelim, preliminary,
        folgt, in arbeit, ausstehend, noch ausstehend, in bearbeitung, f,
        en cours, a suivre, resultat a suivre, en attente, pendiente, en proceso,
        in corso, in attesa, segue, volgt, in behandeling, pendente, em andamento,
        bekliyor, calisiliyor, w toku, w trakcie, svar foljer, folger, kommer,
        قيد الانتظار""",
    IN_A_NOTE: """
        see note, see notes, see comment, see comments, see below, see report, comment,
        see attached, see interpretation, see text, note, sn, see scanned report,
        see separate report, see lab report, refer to report, see image, see pdf,
        siehe kommentar, siehe bemerkung, s kommentar, siehe befund, siehe text,
        voir commentaire, cf commentaire, voir note, ver nota, ver comentario,
        vedi nota, vedi commento, zie opmerking, zie commentaar, ver observacao,
        nota bakiniz, patrz komentarz, se kommentar, katso lausunto""",
    NO_LIMIT: """
        not detected, none detected, undetectable, undetected, nd, n d, lod, loq, bdl,
        below detection limit, below limit, below range, below lower limit, blq, blod,
        below low reference limit, below reference range, negative, neg, trace,
        above range, above upper limit, above high reference limit, above limit,
        nicht nachweisbar, n n, nn, nachweisgrenze, unter nachweisgrenze, negativ,
        non detecte, non detectable, indetectable, indosable, no detectado,
        indetectable, non rilevabile, niet aantoonbaar, nao detectado, saptanmadi,
        nie wykryto, ej pavisad, ikke pavist, غير مكتشف""",
}
_REASON_OF_WORD = {
    plain(word): reason
    for reason, words in _WORDS.items()
    for word in words.replace("\n", " ").split(",")
}
_LONGEST = 60


def why_no_number(text: str) -> str:
    """
    Return what a word in place of a number means; empty for any other text.

    >>> why_no_number("TNP")
    "The laboratory gave no value, 'TNP': the test was not done."
    >>> why_no_number("27")
    ''
    """
    if len(text) > _LONGEST:
        return ""
    reason = _REASON_OF_WORD.get(plain(text), "")
    return reason % {"shown": quoted(text, QUOTED_LENGTH)}


def says_not_done(text: str) -> bool:
    """
    Answer whether a word in place of a number says that the test was not done.

    >>> says_not_done("TNP"), says_not_done("pending")
    (True, False)
    """
    return len(text) <= _LONGEST and _REASON_OF_WORD.get(plain(text)) == NOT_DONE
