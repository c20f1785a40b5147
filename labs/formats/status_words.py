"""
Words and codes for the status of a result, as systems and people write them.

FHIR's codes, the letters of HL7 v2 (table 0085), and words in several languages,
spelled as `spelling.plain` leaves them.
"""

from labs.domain.measurements import ResultStatus
from labs.formats.spelling import plain

_WORDS = {
    ResultStatus.REGISTERED: """
        registered, ordered, pending, in progress, received, awaiting result, i, o,
        angefordert, ausstehend, en attente, pendiente, in attesa, aangevraagd,
        pendente, bekliyor, oczekuje, قيد الانتظار""",
    ResultStatus.PRELIMINARY: """
        preliminary, prelim, partial, unverified, provisional, interim, p, r, s,
        to be verified, unassigned,
        vorlaufig, vorab, provisoire, preliminaire, preliminar, provisional,
        provvisorio, preliminare, voorlopig, provisorio, on sonuc, wstepny, اولي""",
    ResultStatus.FINAL: """
        final, complete, completed, finalized, finalised, verified, validated, f, v, b,
        final result, result final, auth, auth verified, authorised, authorized,
        published,
        endgultig, final validiert, freigegeben, validiert,
        definitif, valide, definitivo, validado, validato, definitief, finaal,
        gevalideerd, onayli, onaylandi, kesin, ostateczny, zatwierdzony, نهائي,
        نهائية""",
    ResultStatus.AMENDED: """
        amended, modified, revised, a, geandert, modifie, modificado, modificato,
        gewijzigd, degistirildi, zmieniony, معدل""",
    ResultStatus.CORRECTED: """
        corrected, correction, c, korrigiert, corrige, corregido, corretto,
        gecorrigeerd, corrigido, duzeltilmis, duzeltildi, skorygowany, poprawiony,
        مصحح""",
    ResultStatus.CANCELLED: """
        cancelled, canceled, not done, rejected, x, storniert, abgebrochen, annule,
        cancelado, anulado, annullato, geannuleerd, iptal, iptal edildi, anulowany,
        anulowane, ملغي, ملغى""",
    ResultStatus.ENTERED_IN_ERROR: """
        entered in error, entered-in-error, in error, error, deleted, withdrawn,
        wrong, d, w,
        fehleingabe, irrtumlich, saisi par erreur, erreur, introducido por error,
        errore, foutief ingevoerd, erro, hatali giris, bledny""",
    ResultStatus.UNKNOWN: """
        unknown, unbekannt, inconnu, desconocido, sconosciuto, onbekend, desconhecido,
        bilinmiyor, nieznany, غير معروف""",
    ResultStatus.NOT_STATED: "not stated, not-stated",
}

STATUS_OF_WORD = {
    plain(word): status
    for status, words in _WORDS.items()
    for word in words.replace("\n", " ").split(",")
}
