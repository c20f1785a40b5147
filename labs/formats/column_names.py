"""
Names that people, laboratories and exports give to the columns of a table.

English, German, French, Spanish, Italian, Dutch, Portuguese, Turkish, Polish and
Arabic here, more languages in `more_column_names`, and the names used by common health
data exports. Spelling is compared as
`spelling.plain` leaves it, so case, accents, underscores and dots do not matter.
A name that may mean two things has a role of its own and is settled by the table.
"""

from enum import StrEnum

from labs.formats.day_parts import PART_OF_A_DAY
from labs.formats.further_column_names import FURTHER_NAMES
from labs.formats.more_column_names import MORE_NAMES
from labs.formats.spelling import plain


class Role(StrEnum):
    """What a column holds."""

    PATIENT_ID = "patient_id"
    PATIENT_NAME = "patient_name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    BORN_ON = "born_on"
    COLLECTED_ON = "collected_on"
    ANY_DATE = "any_date"
    REPORTED_ON = "reported_on"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    VALUE = "value"
    COMPARATOR = "comparator"
    UNIT = "unit"
    MEASURAND = "measurand"
    LOINC = "loinc"
    ANY_CODE = "any_code"
    LOCAL_CODE = "local_code"
    TEST_NAME = "test_name"
    ANY_NAME = "any_name"
    ANY_ID = "any_id"
    INTERVAL = "interval"
    INTERVAL_LOW = "interval_low"
    INTERVAL_HIGH = "interval_high"
    LABORATORY = "laboratory"
    METHOD = "method"
    SPECIMEN = "specimen"
    LABORATORY_FLAG = "laboratory_flag"
    STATUS = "status"
    COMMENT = "comment"
    PRODUCT = "product"
    DIRECTIONS = "directions"
    DOSE = "dose"
    FREQUENCY = "frequency"
    DOSE_AT = "dose_at"  # at a time of the day, which its name tells
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    ACCESSION = "accession"
    HELD = "held"


# What says whom a result is of.
OF_PERSONS = frozenset(
    {
        Role.PATIENT_ID,
        Role.PATIENT_NAME,
        Role.ANY_NAME,
        Role.GIVEN_NAME,
        Role.FAMILY_NAME,
        Role.BORN_ON,
    }
)


_NAMES = {
    Role.PATIENT_ID: """
        patient id, patient_id, patientid, pid, patient number, patient no, patient nr,
        patient, subject, subject id, subject_id, usubjid, subjid, person id, person_id,
        mrn, medical record number, hospital number, nhs number, nhs no, chi number,
        medicare number, patient identifier, participant id, participant, client id,
        patientennummer, patienten nr, patientennr, patienten id, patientnr, fallnummer,
        pat nr, pat id, patid, patnr, versichertennummer,
        numero patient, numero de patient, no patient, n patient, n dossier, ipp,
        identifiant patient, numero de dossier, n de patient, n de dossier,
        id patient, identifiant du patient,
        id paciente, numero de paciente, n historia, historia clinica, nhc,
        numero de historia, numero de historia clinica, identificacion del paciente,
        id paziente, codice paziente, numero paziente, codice fiscale, codice sanitario,
        patientnummer, patientennummer, bsn, patient nummer, clientnummer,
        id do paciente, numero do paciente, numero do utente, prontuario, utente,
        hasta no, hasta numarasi, hasta kimlik no, tc kimlik no, protokol no, dosya no,
        numer pacjenta, id pacjenta, nr pacjenta, pesel,
        رقم المريض, رقم الملف, رقم الملف الطبي, معرف المريض, رقم الهوية""",
    Role.PATIENT_NAME: """
        patient name, patient_name, patientname, name of patient, patient full name,
        full name, patients name, patient s name, child name, family member, person,
        subject name, person name,
        patientenname, name des patienten, name vorname, vorname name, name und vorname,
        nom du patient, nom patient, nom et prenom, nom prenom, patient nom,
        nombre del paciente, nombre paciente, nombre y apellidos, nombre completo,
        nome paziente, nome del paziente, nome e cognome, cognome e nome, nominativo,
        patientnaam, naam patient, naam van patient, volledige naam,
        nome do paciente, nome completo, paciente, nome do utente,
        hasta adi, hasta adi soyadi, ad soyad, adi soyadi, isim soyisim, hasta,
        imie i nazwisko, nazwisko i imie, pacjent, nazwa pacjenta,
        اسم المريض, الاسم الكامل, المريض""",
    Role.GIVEN_NAME: """
        first name, firstname, given name, forename, vorname, prenom, nombre de pila,
        nome di battesimo, voornaam, primeiro nome, ad, adi, imie, الاسم الاول""",
    Role.FAMILY_NAME: """
        last name, lastname, surname, family name, nachname, familienname, zuname,
        nom de famille, apellido, apellidos, cognome, achternaam, sobrenome, apelido,
        soyad, soyadi, nazwisko, اسم العائلة, اللقب""",
    Role.BORN_ON: """
        date of birth, birth date, birthdate, dob, d o b, born, born on, born_on,
        patient dob, patient date of birth, birthday, birth_date, brthdtc,
        geburtsdatum, geb datum, gebdat, geb, geboren, geburtstag, geboren am,
        date de naissance, ne e le, ne le, nee le, ddn,
        fecha de nacimiento, fecha nacimiento, f nacimiento, fec nac, nacimiento,
        data di nascita, data nascita, nato il, nato a il,
        geboortedatum, geb dat, data de nascimento, data nascimento, nascimento, dn,
        dogum tarihi, d tarihi, data urodzenia, urodzony, data ur,
        تاريخ الميلاد, تاريخ الولاده, تاريخ الولادة""",
    Role.COLLECTED_ON: """
        collected on, collected_on, collection date, collectiondate, date collected,
        collected, collected date, collection date time, collection datetime,
        collection time, date time collected, datetime collected, collected at,
        specimen date, specimen collection date, specimen collected, specimen drawn,
        specimen date time, date of specimen, date specimen collected,
        sample date, sampled, sampled on, sampling date, date sampled, date of sample,
        sample taken, sample collected, sample collection date, date of collection,
        draw date, date drawn, drawn, drawn on, blood draw date, date of draw,
        blood draw, drawn date, date of blood draw, blood test date, phlebotomy date,
        effective date, effectivedatetime, effective datetime, effective, lbdtc,
        charttime, chart time, chart date, measurement date, measurement_date,
        observation date, obs date, obsdate, observed on, observed at, obs datetime,
        specimn taken time, specimen taken time, specimen taken, date taken, taken on,
        test taken, clinically relevant date,
        entnahmedatum, entnahme, abnahmedatum, abnahme, probendatum, probenahme,
        probenentnahme, datum der entnahme, entnahmezeit, entnahmezeitpunkt,
        abnahmezeitpunkt, blutentnahme, datum blutentnahme, blutabnahme,
        datum probenahme, probenahmedatum, entnommen am, abgenommen am, messdatum,
        date de prelevement, date du prelevement, date prelevement, preleve le,
        prelevement, date de la prise de sang, prise de sang,
        fecha de extraccion, fecha extraccion, fecha de toma, fecha de la muestra,
        fecha muestra, extraccion, fecha de toma de muestra, fecha toma de muestra,
        fecha de recoleccion, toma de muestra,
        data prelievo, data del prelievo, data di prelievo, prelievo, data campione,
        afnamedatum, datum afname, afname, monsterdatum, datum monster, afgenomen op,
        prikdatum, data da coleta, data de coleta, data coleta, data da colheita,
        data de colheita, data colheita, colheita, coleta, data da recolha,
        numune tarihi, numune alma tarihi, ornek tarihi, ornek alim tarihi,
        kan alma tarihi, kan alim tarihi, numune alim tarihi,
        data pobrania, data pobrania materialu, data pobrania probki, pobrano,
        pobranie, data i godzina pobrania, data pobr,
        تاريخ العينه, تاريخ العينة, تاريخ سحب العينه, تاريخ سحب العينة,
        تاريخ اخذ العينه,
        تاريخ اخذ العينة, تاريخ السحب, تاريخ جمع العينة""",
    Role.ANY_DATE: """
        date, datetime, date time, dates, day, test date, date of test, lab date,
        exam date, examination date, analysis date, timestamp, visit date,
        service date, date of service, measured on, measured, when, event date,
        datum, tag, datum uhrzeit, untersuchungsdatum, labordatum, testdatum,
        date examen, date d examen, date de l examen, date analyse, date d analyse,
        jour, fecha, dia, fecha de la prueba, fecha prueba, fecha del analisis,
        fecha analisis, fecha de analisis, fecha examen, fecha del examen,
        data, giorno, data esame, data dell esame, data analisi, data test,
        onderzoeksdatum, datum onderzoek, dag, data do exame, data exame, data analise,
        data da analise, tarih, tetkik tarihi, test tarihi, tahlil tarihi,
        data badania, data wykonania, data wizyty, dzien,
        التاريخ, تاريخ, تاريخ الفحص, تاريخ التحليل, تاريخ الاختبار, اليوم""",
    Role.REPORTED_ON: """
        report date, reported, reported on, date reported, result date, resulted,
        date of report, date resulted, issued, result time, results date, date result,
        validated, validation date, released, released on, verified, completed,
        befunddatum, berichtsdatum, befund vom, ergebnisdatum, validiert am,
        date du resultat, date resultat, date du rapport, date de validation, edite le,
        fecha de informe, fecha informe, fecha del informe, fecha de resultado,
        fecha resultado, fecha del resultado, fecha de validacion,
        data referto, data del referto, data risultato, refertato il,
        rapportdatum, uitslagdatum, datum uitslag, datum rapport,
        data do resultado, data do laudo, data resultado, data do relatorio,
        rapor tarihi, sonuc tarihi, onay tarihi,
        data wyniku, data raportu, data autoryzacji, data wydania,
        تاريخ التقرير, تاريخ النتيجه, تاريخ النتيجة""",
    Role.VALUE: """
        value, values, result, results, result value, resultvalue, test result,
        lab result, numeric value, numeric result, valuenum, value_as_number,
        value as number, value num, level, measurement, measured value, reading, amount,
        concentration, observation value, obs value, valuequantity, value quantity,
        result text, your result, your value, lborres, lbstresn, obx5, result_value,
        value source value, quantity, lab value, labvalue, observed value,
        current result, current result and flag, result and flag, result flag,
        latest result, this result, my result, result value numeric, resultnumeric,
        resultado actual, aktueller wert, resultat actuel, result in range,
        result out of range, ord value, ord num value, test value, reported value,
        original result,
        wert, werte, ergebnis, ergebniswert, resultatwert, befundergebnis, ergebniss,
        messwert, resultat, laborwert, befundwert,
        valeur, resultats, valeur mesuree, dosage, taux,
        valor, resultado, resultados, valor obtenido, nivel, concentracion,
        valore, risultato, risultati, esito, valore misurato, livello,
        waarde, uitslag, resultaat, meetwaarde, uitslagen,
        valor obtido, valor do resultado,
        deger, sonuc, sonuclar, olcum, test sonucu, sonuc degeri, tahlil sonucu,
        wartosc, wynik, wyniki, wynik badania, stezenie,
        القيمه, القيمة, قيمه, قيمة, النتيجه, النتيجة, نتيجه, نتيجة, قيمة النتيجة,
        نتيجة الفحص, نتيجة التحليل""",
    Role.COMPARATOR: """
        comparator, operator, operator concept id, sign, qualifier, value operator,
        result operator,
        value prefix, modifier, operator concept, vorzeichen, operateur, comparateur,
        signe, operador, comparador, signo, operatore, segno, teken, sinal, isaret,
        znak, علامة المقارنة""",
    Role.UNIT: """
        unit, units, uom, unit of measure, units of measure, unit of measurement,
        result unit, result units, value unit, units of measurement, valueuom, ucum,
        unit code, reference unit, unit source value, unit_source_value,
        measurement unit, lborresu,
        dose unit, dose units, dose unit rx, dosage unit, dosage units,
        lbstresu, test units, test unit, result uom, unidades de medida, measure unit,
        einheit, einheiten, einh, eenh, masseinheit, messeinheit, dimension, maßeinheit,
        unite, unites, unite de mesure, unidad, unidades, unidad de medida,
        unita, unita di misura, u m, um, udm, misura,
        eenheid, eenheden, unidade, unidade de medida, birim, birimi, olcu birimi,
        jednostka, jednostki, jedn, j m, jm, jednostka miary,
        الوحده, الوحدة, وحده, وحدة, وحدة القياس, وحده القياس, الوحدات""",
    Role.MEASURAND: "measurand",
    Role.LOINC: """
        loinc, loinc code, loinc_code, loinc num, loinc_num, loinc number, lbloinc,
        code loinc, loinc id, codigo loinc, codice loinc, kod loinc, loinc kodu,
        loinc kod""",
    Role.ANY_CODE: """
        code, codes, rxnorm,
        observation code, obs code, concept code, result code, kode,
        codigo, codice, kod, kodu, كود, الرمز, رمز""",
    Role.LOCAL_CODE: """
        local code, local_code, test code, testcode, lab code, analyte code, test id,
        lab test id, labtestid, biomarker id, analyte id, exam id, parameter id,
        lbtestcd, analysecode, analysenummer, testkurzel, kurzel, kuerzel,
        parameterkurzel, analysen nr, verfahrenscode, untersuchungscode,
        code examen, code analyse, codigo de prueba, codigo prueba, codigo de examen,
        codice esame, codice analisi, testkennung, kennung, read code, snomed code,
        snomedct code, component id, testcode, bepalingcode, bepalingscode,
        codigo do exame, codigo exame, test kodu, tetkik kodu, kod badania, itemid,
        رمز الفحص, كود التحليل, رمز التحليل""",
    Role.TEST_NAME: """
        test, tests, test name, test_name, testname, analyte, analytes, analysis,
        component, component name, parameter, parameters, lab test, lab test name,
        marker, biomarker, biomarker name, observation, observation name, exam,
        description, test description, measurement name, lab name test, lbtest, assay,
        result name, order name, display, code display, panel, lab, item, label,
        code term, term, rubric, code description, measurement source value, variable,
        metric, investigation, procedure,
        untersuchung, analyt, analyse, bezeichnung, laborparameter, messgrosse,
        testbezeichnung, analysenname, parametername, bestimmung, laborwert name,
        analyse demandee, examen, examens, analyses, parametre, libelle, designation,
        nom de l analyse, nom de l examen, libelle analyse, determination,
        prueba, analisis, determinacion, parametro, nombre de la prueba, analito,
        nombre del examen, examen de laboratorio, estudio, descripcion, magnitud,
        esame, analisi, descrizione, nome esame, descrizione esame, prestazione,
        bepaling, onderzoek, omschrijving, testnaam, naam bepaling, naam test,
        exame, nome do exame, exames, analise, descricao, ensaio, determinacao,
        tetkik, tetkik adi, test adi, tahlil, tahlil adi, parametre adi, islem adi,
        badanie, nazwa badania, nazwa testu, analit, oznaczenie, nazwa parametru,
        parametr, opis, الفحص, اسم الفحص, التحليل, اسم التحليل, الاختبار,
        اسم الاختبار, نوع التحليل, نوع الفحص""",
    Role.ANY_NAME: "name, nom, nombre, nome, naam, isim, nazwa, الاسم, اسم",
    Role.ANY_ID: """
        id, identifier, number, no, nr, nummer, numero, numer, الرقم, رقم,
        record id, recordid, case id, case number, case no, study id, studyid,
        study number, study no, seqn, respondent sequence number, member id, user id,
        userid, chart number, screening number, subject number""",
    Role.INTERVAL: """
        interval, reference range, reference interval, reference, ref range, refrange,
        normal range, reference ranges, ref interval, standard range, range, ref,
        reference values, normal values, biological reference interval, expected range,
        reference_range, standardrange, normal, reference value,
        referenzbereich, referenzwert, referenzwerte, normbereich, normwert, normwerte,
        normalwert, normalwerte, referenzintervall, referenz, norm, sollwert,
        valeurs de reference, valeur de reference, intervalle de reference, normes,
        valeurs usuelles, intervalle, references, norme,
        valores de referencia, valor de referencia, rango de referencia, rango,
        intervalo de referencia, referencia, rango normal, v referencia,
        valori di riferimento, intervallo di riferimento, valore di riferimento,
        riferimento, range di riferimento, valori normali,
        referentiewaarden, referentiewaarde, referentie, referentie interval,
        referentiebereik, normaalwaarden, intervalo, faixa de referencia,
        valores normais, referans araligi, referans degeri, referans aralik, referans,
        normal degerler, referans degerleri, zakres referencyjny, zakres normy,
        wartosci referencyjne, zakres, norma, wartosc referencyjna, normy,
        المدى المرجعي, القيم المرجعيه, القيم المرجعية, المعدل الطبيعي, المدى الطبيعي""",
    Role.INTERVAL_LOW: """
        low, lower, lower limit, reference low, ref low, ref_low, range low, low limit,
        reference range low, normal low, lower bound, min, minimum, interval_low,
        interval low, lower reference limit, lln, range_low, reflow, lbornrlo,
        lbstnrlo, ref range lower, reference range lower, ref_range_lower, low normal,
        untergrenze, untere grenze, referenz min, referenz unten, unterer grenzwert,
        untere referenzgrenze, borne inferieure, limite inferieure, mini, valeur min,
        limite inferior, minimo, valor minimo, limite inferiore, valore minimo,
        ondergrens, laag, alt sinir, alt limit, dolna granica, dolna norma, norma od,
        الحد الادنى""",
    Role.INTERVAL_HIGH: """
        high, upper, upper limit, reference high, ref high, ref_high, range high,
        high limit, reference range high, normal high, upper bound, max, maximum,
        interval_high, interval high, upper reference limit, uln, range_high, refhigh,
        lbornrhi, lbstnrhi, ref range upper, reference range upper, ref_range_upper,
        high normal, obergrenze, obere grenze, referenz max, referenz oben,
        oberer grenzwert, obere referenzgrenze, borne superieure, limite superieure,
        maxi, valeur max, limite superior, maximo, valor maximo, limite superiore,
        massimo, valore massimo, bovengrens, hoog, ust sinir, ust limit, gorna granica,
        gorna norma, norma do, الحد الاعلى""",
    Role.LABORATORY: """
        laboratory, laboratory name, lab name, performing lab, performing laboratory,
        source lab, labname, facility, performer, lbnam, testing laboratory,
        performing organization, lab company, provider lab, resulting agency,
        labor, laborname, einsender labor, laboratoire, nom du laboratoire, labo,
        laboratorio, nombre del laboratorio, nome laboratorio, laboratorium, lab naam,
        naam laboratorium, laboratuvar, laboratuvar adi, laboratoria,
        nazwa laboratorium, المختبر, اسم المختبر, المعمل, معمل""",
    Role.METHOD: """
        method, assay method, methodology, test method, analytical method, lbmethod,
        technique, methode, verfahren, messmethode, messverfahren, testmethode,
        metodo, tecnica, metodica, meetmethode, yontem, metod, metot, metoda,
        metoda badania, الطريقه, الطريقة, طريقة القياس""",
    Role.SPECIMEN: """
        specimen, sample, sample type, specimen type, specimen source, material, fluid,
        lbspec, specimen name, matrix, probe, probenart, probenmaterial,
        untersuchungsmaterial, prelevement type, nature du prelevement, echantillon,
        type d echantillon, materiel, muestra, tipo de muestra, especimen, campione,
        tipo campione, materiale, monster, materiaal, soort monster, amostra,
        tipo de amostra, numune, numune turu, ornek, ornek turu, material badany,
        material, probka, rodzaj materialu, العينه, العينة, نوع العينة, نوع العينه""",
    Role.LABORATORY_FLAG: """
        flag, flags, abnormal flag, abnormal, abnormality, laboratory flag,
        laboratory_flag, lab flag, interpretation, h l, hl, l h, abnormal flags,
        result flag, out of range, indicator, lbnrind, flag abnormal, abnormal_flag,
        grenzwertindikator, grenzwert indikator, auffalligkeit, bewertung, markierung,
        kennzeichen, pathologisch, auff,
        drapeau, anormal, indicateur, hors norme, indicador, alerta, anormalidad,
        bandera, fuera de rango, segnalazione, anomalia, asterisco, fuori range,
        afwijkend, vlag, alarme, bayrak, uyari, isaretleme, flaga, oznaczenie normy,
        الاشاره, مؤشر""",
    Role.STATUS: """
        status, result status, result_status, observation status, state, report status,
        test status, lbstat, befundstatus, ergebnisstatus, statut, etat, estado,
        estado del resultado, stato, stato referto, situacao, estado do resultado,
        durum, durumu, sonuc durumu, stan, status wyniku, status badania,
        الحاله, الحالة, حالة النتيجة""",
    Role.COMMENT: """
        comment, comments, note, notes, remark, remarks, result comment, lab comment,
        annotation, result note, kommentar, bemerkung, bemerkungen, anmerkung,
        anmerkungen, hinweis, notiz, commentaire, commentaires, remarque, remarques,
        observaciones, comentario, comentarios, nota, notas, commento, commenti,
        osservazioni, annotazioni, opmerking, opmerkingen, toelichting, notitie,
        observacoes, comentarios do laudo, obs, aciklama, not, notlar, yorum,
        uwagi, komentarz, notatka, adnotacje, ملاحظات, ملاحظه, ملاحظة, تعليق""",
    Role.HELD: "held",  # of our own table, after a spreadsheet saved it
    Role.ACCESSION: """
        accession, accession number, accession no, accession id, specimen id,
        specimen number, sample id, sample number, sample no, barcode, order number,
        order no, requisition, requisition number, lab number, lab no, lab id,
        lab reference, laboratory number, auftragsnummer, auftragsnr, auftrag,
        auftrags nr, probennummer, probennr, proben nr, tagesnummer, laborauftrag,
        labornummer, numero de demande, n de demande, numero de dossier labo,
        numero echantillon, numero de muestra, n muestra, numero de peticion, peticion,
        numero campione, numero accettazione, monsternummer, ordernummer,
        numero da amostra, numune no, barkod, barkod no, numer probki, numer zlecenia,
        kod kreskowy, رقم العينة, رقم الطلب""",
    Role.PRODUCT: """
        medication, medication name, medicine, drug, drug name, product, product name,
        medicine name, med name, food name, brand name, generic name, vitamin name,
        supplement, supplement name, medikament, arzneimittel, praparat,
        medicament, medicamento, medicina, farmaco, farmaci, geneesmiddel, medicatie,
        medicijn, ilac, ilac adi, lek, nazwa leku, الدواء, اسم الدواء,
        supplements, vitamin supplement, drug source value, drug concept name,
        wirkstoff, handelsname, medikamentenname, nahrungserganzung,
        nahrungserganzungsmittel, complement alimentaire, suplemento,
        medicamentos, integratore, takviye, suplement, supplementer, kosttillskott,
        kosttilskudd, ravintolisa, lakemedel, laegemiddel, lægemiddel, legemiddel,
        laake, laakkeen nimi, laakevalmiste, 薬品名, 医薬品名, 药名, препарат,
        лекарство, бад, добавка, המוסף, תרופה,
        サプリメント, 薬剤名, 药品名称, 补充剂, 약품명, 영양제""",
    Role.DOSE: """
        dose, doses, daily dose, dose per day, dose amount, dose taken, dose value,
        strength, prod strength, potency, dose val rx, dosage amount, dosage value,
        dose mg, dose mcg, dose iu, dosage mg, dosage mcg, dosage iu,
        dosis, tagesdosis, starke, wirkstarke, dosisstarke, dosi, dosaggio, dosagem,
        dawka, dos, annos, styrka, styrke, vahvuus, sterkte, доза, дозировка, מינון,
        用量, 剂量, 용량""",
    Role.FREQUENCY: """
        frequency, freq, how often, timing, timings, time of day, when taken, schedule,
        times per day, times daily, doses per 24 hrs, route,
        haufigkeit, einnahme, einnahmezeit, einnahmezeitpunkt, frequence, moment,
        frecuencia, frequenza, frequencia, frequentie, siklik, czestotliwosc,
        частота, прием, время приема, 频率, 频次, 頻度, 빈도""",
    Role.DOSE_AT: """
        morning, noon, midday, afternoon, evening, night, bedtime, at bedtime,
        morgens, mittags, abends, nachts, zur nacht, matin, midi, soir, coucher,
        manana, mediodia, noche, mattina, mezzogiorno, sera, ochtend, avond""",
    Role.DIRECTIONS: """
        sig, directions, instructions, dosage instructions, dosierung, posologie,
        hinweise, einnahmehinweise,
        posologia, dosering, annostus, annostusohje, anvisning, bruksanvisning, gebruik,
        用法, doz, dawkowanie, الجرعة""",
    Role.STARTS_ON: """
        start date, start_date, started, start, from, date started, begin, beginn,
        started on, starttime, drug exposure start date, дата начала, начало, 开始日期,
        date de debut, debut, fecha de inicio, inicio, data inizio, inizio,
        startdatum, startdato, aloituspaiva, 開始日, medication start date,
        prescription date, data de inicio, baslangic tarihi, baslangic,
        data rozpoczecia,
        تاريخ البدء""",
    Role.ENDS_ON: """
        end date, end_date, ended, end, until, stop date, stop, ende, enddatum,
        ended on, stoptime, drug exposure end date, дата окончания, 结束日期,
        date de fin, fin, fecha de fin, data fine, fine, einddatum, data de fim,
        slutdatum, slutdato, stopdatum, lopetuspaiva, 終了日, medication end date,
        bitis tarihi, bitis, data zakonczenia, تاريخ الانتهاء""",
}

_BY_RANK = (
    FURTHER_NAMES,
    MORE_NAMES,
    {role.value: names for role, names in _NAMES.items()},
)
ROLE_OF_NAME = {
    plain(name): role
    for every in _BY_RANK
    for role, names in ((Role(word), names) for word, names in every.items())
    for name in names.replace("\n", " ").split(",")
}

# Words that change nothing: "Fecha/hora de extracción" is "Fecha extracción".
_NEUTRAL = frozenset(
    plain(
        "time zeit uhrzeit hora heure ora tijd saat godzina utc local the of and or "
        "und oder y e et o de do da dos das del della dell di des du la le los las el "
        "van het i w s at on"
    ).split()
)


def without_neutral_words(words: str) -> str:
    return " ".join(word for word in words.split() if word not in _NEUTRAL)


ROLE_OF_SHORT_NAME = {
    short: role
    for name, role in ROLE_OF_NAME.items()
    if (short := without_neutral_words(name)) and short not in ROLE_OF_NAME
}


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(text).split())


_DATE = _words("date dates datetime datum fecha data tarih tarihi dt تاريخ")
_COLLECTING = _words(
    "collect collected collection drawn draw specimen sample sampling sampled "
    "phlebotomy entnahme abnahme probe blutentnahme blutabnahme probenahme "
    "prelevement prel prise extraccion "
    "toma muestra prelievo campione afname bloedafname monster coleta colheita recolha "
    "numune ornek kan pobrania pobranie probki"
)
_REPORTING = _words(
    "report reported result resulted results issued released verified validated "
    "reporting befund ergebnis resultat rapport informe resultado referto risultato "
    "rapport uitslag laudo sonuc rapor wyniku raportu"
)
_TESTING = _words(
    "test tests tested testing performed lab laboratory exam analysis bilan bilans "
    "analyse examen visit episode encounter "
    "prueba analisis esame analisi onderzoek exame tetkik tahlil badania"
)
_BIRTH = _words(
    "birth dob born geburt naissance nacimiento nascita geboorte nascimento"
)
_OF_A_SAMPLE = _DATE | _COLLECTING | _TESTING


def part_of_a_day(words: str) -> Role | None:
    """
    Return which part of a day a column is called after, whatever else it may hold.

    Only beside the other two it is one: "Tag" alone heads whole dates.

    >>> part_of_a_day("jahr"), part_of_a_day("collection month")
    (<Role.YEAR: 'year'>, <Role.MONTH: 'month'>)
    >>> part_of_a_day("birth year")
    """
    rest = [
        word
        for word in without_neutral_words(words).split()
        if word not in _OF_A_SAMPLE
    ]
    named = PART_OF_A_DAY.get(words) or PART_OF_A_DAY.get(" ".join(rest))
    return Role(named) if named else None


_PATIENT = _words("patient patients pt pat subject person paziente paciente hasta")
_NUMBER = _words("id number no nr mrn num identifier code nummer numero numer")
_NAME = _words("name nom nombre nome naam adi")
_UNIT = _words(
    "unit units uom einheit einh unite unidad unita eenheid eenh unidade birim"
)
_REFERENCE = _words(
    "reference ref refs range ranges interval normal referenz referenzbereich norm "
    "referencia rango riferimento referentie referencyjny zakres reference valeurs "
    "normales usuelles referans"
)
_LOW = _words("low lower min minimum from untere unten inf")
_HIGH = _words("high upper max maximum to obere oben sup")

# Words under which a column is about something else after all.
_OTHER = _words(
    "phone tel telephone fax mobile email address zip postal insurance account room "
    "contact emergency order ordered ordering start end admission discharge next due "
    "previous received price cost provider doctor physician"
)

# A role by words that must all be there, one of each set; the first that fits counts.
ROLE_OF_WORDS = (
    (Role.BORN_ON, (_BIRTH, _DATE)),
    (Role.COLLECTED_ON, (_DATE | {"at", "on", "am"}, _COLLECTING)),
    (Role.REPORTED_ON, (_DATE, _REPORTING)),
    (Role.ANY_DATE, (_DATE | {"at", "on", "am"}, _TESTING)),
    (Role.PATIENT_ID, (_PATIENT, _NUMBER)),
    (Role.PATIENT_NAME, (_PATIENT, _NAME)),
    (Role.INTERVAL_LOW, (_REFERENCE, _LOW)),
    (Role.INTERVAL_HIGH, (_REFERENCE, _HIGH)),
    (Role.INTERVAL, (_REFERENCE, _REFERENCE | _words("value values wert bereich"))),
    (Role.UNIT, (_UNIT, _REPORTING | _TESTING | {"value", "measured"})),
    (Role.TEST_NAME, (_words("test marker biomarker analyte component"), _NAME)),
)
MOST_WORDS = 5  # of a name that is told by its words


def role_of_words(words: str) -> Role | None:
    """
    Return what a column holds by the words of its name, where they leave no doubt.

    >>> role_of_words("specimen collected date"), role_of_words("start date")
    (<Role.COLLECTED_ON: 'collected_on'>, None)
    """
    found = frozenset(words.split())
    if len(found) > MOST_WORDS or found & _OTHER:
        return None
    for role, needed in ROLE_OF_WORDS:
        if all(found & some for some in needed):
            return role
    return None


# Columns that the survey NHANES names by codes of its own, and other short ones.
TEST_OF_NAME = {
    "lbxvidms": "25-hydroxyvitamin D total",
    "lbxvd2ms": "25-hydroxyvitamin D2",
    "lbxvd3ms": "25-hydroxyvitamin D3",
    "vitd25": "25-hydroxyvitamin D",
    "d25oh": "25-hydroxyvitamin D",
}

# Columns that name a group of tests, beside one that names the test.
NAMES_OF_GROUPS = frozenset(
    {
        "panel",
        "procedure",
        "order name",
        "analyse demandee",
        "estudio",
        "prestazione",
    }
)

# Columns that name one test, beside one that names what was ordered.
NAMES_OF_SINGLE_TESTS = frozenset(
    {
        "marker",
        "biomarker",
        "analyte",
        "analyte name",
        "component",
        "component name",
        "result name",
        "parameter",
        "subtest",
        "sub test",
        "sub test name",
    }
)

# Columns that hold a value without its comparator, beside one that holds it as written.
NAMES_OF_BARE_NUMBERS = frozenset(
    plain(name)
    for name in (
        "valuenum",
        "value num",
        "value as number",
        "numeric value",
        "numeric result",
        "result value numeric",
        "resultnumeric",
        "ord num value",
        "result num",
    )
)

# Words around the name of a test that say nothing about which test it is.
WORDS_BESIDE_A_TEST = frozenset(
    plain(
        "result results value values level levels lvl test serum plasma blood lab conc "
        "concentration wert ergebnis spiegel im resultat valeur taux resultado valor "
        "nivel valore risultato livello waarde uitslag resultaat spiegel deger sonuc "
        "duzeyi wynik wartosc poziom stezenie"
    ).split()
)

# Words that say that a column is about what is taken, not about what was measured.
WORDS_OF_INTAKE = frozenset(
    plain(
        "dose dosage intake supplement supplements iu ui ie tablet tablets capsule "
        "capsules drops pill pills taken daily einnahme dosis tropfen tabletten "
        "kapseln "
        "complement prise posologie suplemento toma integratore dose doz takviye dawka "
        "suplement deficiency mangel"
    ).split()
)

# Words that say that a column sorts values into classes and holds none itself.
WORDS_OF_CATEGORIES = frozenset(
    plain(
        "status category class group grade quartile tertile quintile kategorie klasse "
        "code gruppe categorie classe categoria grupo gruppo"
    ).split()
)

# First words of a line that sums up and is no result.
WORDS_OF_TOTALS = frozenset(
    plain(
        "total totals sum subtotal average mean median count minimum maximum summe "
        "gesamt gesamtsumme mittelwert durchschnitt anzahl somme moyenne nombre suma "
        "promedio media totale somma totaal som gemiddelde soma toplam ortalama razem "
        "srednia suma المجموع الاجمالي المتوسط"
    ).split()
)
