"""
Names of months, spelled as `spelling.plain` leaves them.

English, German, French, Spanish, Italian, Dutch, Portuguese, Turkish, Polish, Arabic,
and the Scandinavian ones, in full and as they are shortened; Russian, Ukrainian, Czech,
Slovak, Hungarian, Romanian, Finnish and Hebrew, as they stand in a date.
"""

from labs.formats.spelling import plain

_NAMES = """
    january jan januar janner janvier janv enero ene gennaio gen januari janeiro
    ocak oca stycznia styczen sty يناير جانفي;
    february feb februar febr fevrier fev fevr febrero febbraio februari fevereiro
    subat sub lutego luty lut فبراير فيفري شباط;
    march mar marz maerz mrz mars marzo maart mrt marco mart marca marzec مارس اذار;
    april apr avril avr abril abr aprile nisan nis kwietnia kwiecien kwi ابريل افريل
    نيسان;
    may mai mayo maggio mag mei maio mayis maja maj مايو ماي ايار;
    june jun juni juin junio giugno giu junho haziran haz czerwca czerwiec cze يونيو
    جوان حزيران;
    july jul juli juillet juil julio luglio lug julho temmuz tem lipca lipiec lip
    يوليو جويلية تموز;
    august aug aout agosto ago augustus agustos agu sierpnia sierpien sie اغسطس اوت
    اب;
    september sep sept septembre septiembre settembre set setembro eylul eyl
    wrzesnia wrzesien wrz سبتمبر ايلول;
    october oct oktober okt octobre octubre ottobre ott outubro out ekim eki
    pazdziernika pazdziernik paz اكتوبر;
    november nov novembre noviembre novembro kasim kas listopada listopad lis نوفمبر;
    december dec dezember dez decembre diciembre dic dicembre dezembro aralik ara
    grudnia grudzien gru desember des ديسمبر
"""
_MORE_NAMES = """
    января січня ledna ianuarie tammikuuta ינואר בינואר;
    февраля лютого unora februarie helmikuuta פברואר בפברואר;
    marts марта березня brezna marcius martie maaliskuuta מרץ במרץ;
    апреля квітня dubna aprilis aprilie huhtikuuta אפריל באפריל;
    мая травня kvetna majus toukokuuta מאי במאי;
    июня червня cervna juna junius iunie kesakuuta יוני ביוני;
    июля липня cervence jula julius iulie heinakuuta יולי ביולי;
    августа серпня srpna augusta augusti augusztus elokuuta אוגוסט באוגוסט;
    сентября вересня zari szeptember septembra septembrie syyskuuta
    ספטמבר בספטמבר;
    октября жовтня rijna oktobra octombrie lokakuuta אוקטובר באוקטובר;
    ноября листопада listopadu novembra noiembrie marraskuuta נובמבר בנובמבר;
    декабря грудня prosince decembra decembrie joulukuuta דצמבר בדצמבר
"""

MONTHS = {
    plain(name): number
    for written in (_NAMES, _MORE_NAMES)
    for number, names in enumerate(written.split(";"), start=1)
    for name in names.split()
}

# Words that may stand in a written date and change nothing: ordinals, articles, days.
_FILLERS = """
    st nd rd th er at of the de del den di le el o em mon tue tues wed thu thur thurs
    fri sat sun monday tuesday wednesday thursday friday saturday sunday mo mi do fr
    sa so montag dienstag mittwoch donnerstag freitag samstag sonntag lun mer jeu
    ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
    miercoles jueves viernes sabado domingo
"""

FILLERS = frozenset(_FILLERS.split())
