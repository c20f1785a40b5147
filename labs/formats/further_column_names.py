"""
Names of columns in still more languages, by what the column holds.

Lithuanian, Latvian, Estonian, Croatian, Bosnian and Serbian in both alphabets,
Slovenian, Bulgarian, Macedonian, Albanian, Persian, Vietnamese, Thai, Indonesian and
Malay; and what record systems call the columns of their exports. Where `column_names`
knows a word, too, that one counts.
"""

FURTHER_NAMES = {
    "patient_id": """
        subject reference, patient num,
        patient identifier, patient key, person id, asmens kodas, paciento id,
        personas kods, isikukood, jmbg, matični broj, maticni broj, oib, emšo, emso,
        егн, ембг, کد ملی, شماره پرونده, mã bệnh nhân, mã bn, เลขประจำตัวผู้ป่วย,
        no rm, nomor rekam medis, no pasien, svnr, tc kimlik no, t c kimlik no""",
    "patient_name": """
        pacientas, paciento vardas, vardas pavardė, pacients, pacienta vārds,
        vārds uzvārds, patsient, patsiendi nimi, pacijent, ime i prezime, bolnik,
        ime in priimek, пациент име, име на пациента, име и презиме, пацијент,
        pacienti, emri i pacientit, نام بیمار, نام و نام خانوادگی, họ tên, họ và tên,
        tên bệnh nhân, ชื่อผู้ป่วย, ชื่อ สกุล, nama pasien, nama pesakit, patientin,
        patient in, name des patienten, name der patientin, paziente, client name,
        성명, 수검자명, שם, שם המטופל, שם מטופל""",
    "born_on": """
        gimimo data, dzimšanas datums, sünniaeg, sünnikuupäev, datum rođenja,
        datum rodenja, datum rojstva, дата на раждане, датум рођења, датум на раѓање,
        datëlindja, تاریخ تولد, ngày sinh, วันเกิด, tanggal lahir, tarikh lahir,
        f nac, fecha nac, ur, 생년월일""",
    "any_code": """
        code coding 0 code, concept cd""",
    "loinc": """
        lab loinc""",
    "local_code": """
        raw lab code, marker key, biomarker key""",
    "comparator": """
        result modifier, tval char""",
    "collected_on": """
        collection instant, specimen collection time, specimen collected time,
        drawdate, blooddrawdate, specimen time,
        specimen collection datetime, ėminio paėmimo data, mėginio paėmimo data,
        paėmimo data, parauga ņemšanas datums, paraugs paņemts, proovi võtmise aeg,
        proovivõtu aeg, proovivõtuaeg, võetud, datum uzorkovanja,
        datum uzimanja uzorka, uzorkovano, vrijeme uzorkovanja, vreme uzorkovanja,
        датум узорковања, datum odvzema, čas odvzema, odvzeto, odvzem,
        дата на вземане, дата на вземане на пробата, дата на пробовземане,
        датум на земање, data e marrjes, data e marrjes së mostrës, تاریخ نمونه گیری,
        تاریخ نمونه‌گیری, زمان نمونه گیری, ngày lấy mẫu, thời gian lấy mẫu,
        วันที่เก็บตัวอย่าง, วันที่เจาะเลือด, tanggal pengambilan,
        tanggal pengambilan sampel, tanggal sampling, tarikh pengambilan""",
    "any_date": """
        labdate, labdatetime, visitdate, visitdt, examdate, bloodtest date, test time,
        testing time, sample time, sampling time, measurement time,
        检测时间, 检验时间, 检查时间, 化验时间, 测试日期, 测试时间,
        event date, encounter datetime, encounter date, event end dt tm, obs datetime,
        effectivedatetime,
        obs date, effective datetime, effective date, aika, tyrimo data, datums,
        analīzes datums, kuupäev, aeg, датум, дата на изследване,
        дата на изследването, datum pretrage, datum nalaza, datum preiskave, تاریخ,
        تاریخ آزمایش, ngày, ngày xét nghiệm, วันที่, วันที่ตรวจ, tanggal,
        tanggal pemeriksaan, tarikh""",
    "reported_on": """
        recorded on date, recorded on, recorded at, recorded date, date recorded,
        logged, logged at, logged on, date logged, entry date,
        rezultato data, rezultāta datums, vastuse aeg, datum izdavanja, datum izvida,
        дата на резултата, датум издавања, تاریخ جواب, تاریخ پاسخ, ngày trả kết quả,
        วันที่รายงานผล, tanggal hasil""",
    "value": """
        valuequantity value, nval num, result num, raw result, val, conc,
        marker result, marker value, biomarker result, biomarker value,
        result numeric, current value, latest value,
        ihr wert, ihr ergebnis, votre resultat, su resultado, seu resultado,
        检测值, 测量值,
        result val, value numeric, analyte result magnitude, analyte result value,
        analyte result, si result, si value, result si, value si, si wert, wert si,
        ergebnis si, conventional result, conventional value, result conventional,
        rezultatas, reikšmė, rezultāts, tulemus, väärtus, rezultat,
        nalaz, vrijednost, vrednost, izmerjena vrednost, резултат, стойност, вредност,
        rezultati, نتیجه, جواب, مقدار, kết quả, giá trị, ผล, ผลการตรวจ, ผลตรวจ, hasil,
        hasil pemeriksaan, keputusan""",
    "unit": """
        valuequantity unit, units cd, raw unit,
        numeric unit, numeric units, unit of measure, uom, result units cd disp,
        analyte result unit, concept units, si unit, si units, unit si, units si,
        si einheit, einheit si, conventional unit, conventional units, vienetai,
        matavimo vienetai, matavimo vnt, mat vnt, mērvienība, mērvienības, ühik,
        ühikud, jedinica, jedinice,
        mjerna jedinica, merna jedinica, enota, enote, единица, единици,
        мерна единица, јединица, јединице, njësia, njesia, sonuç birimi, واحد, đơn vị,
        đơn vị đo, หน่วย, satuan""",
    "test_name": """
        code coding 0 display, code text, raw lab name, item name, parameter name,
        test type, marker label, biomarker label, test label, marker name,
        measurement type, blood marker, blood test, marker test, test marker,
        display name, hormone, hormones, vitamin, blood parameter, lab parameter,
        laboratory parameter, laboratory test,
        biomarcador, marcador, biomarqueur, marqueur, blutwert,
        event cd disp, event cd display, concept name, analyte name, code term,
        observation name, tyrimas, tyrimo pavadinimas, rodiklis, analīze, analīzes,
        izmeklējums, rādītājs, analüüs, analüüsi nimetus, uuring, pretraga,
        naziv pretrage, analiza, naziv analize, parametar, preiskava, naziv preiskave,
        изследване, показател, анализа, испитување, испитивање, analiza laboratorike,
        نام آزمایش, آزمایش, نام تست, تست, tên xét nghiệm, xét nghiệm, chỉ số,
        รายการตรวจ, รายการ, การทดสอบ, pemeriksaan, nama pemeriksaan,
        jenis pemeriksaan, ujian""",
    "interval": """
        val ref, val de ref, valeurs ref, valores ref, ref werte, ref bereich,
        norma, normos, norminės reikšmės, atskaitos ribos, references intervāls,
        referentsväärtus, referentsväärtused, referentsvahemik, norm,
        referentni interval, referentne vrijednosti, referentne vrednosti,
        referentni raspon, ref interval, referenčne vrednosti, referenčni interval,
        референтни стойности, референтни граници, референтни вредности,
        референтне вредности, vlerat referente, محدوده مرجع, محدوده نرمال,
        مقادیر مرجع, مقادیر طبیعی, رنج نرمال, khoảng tham chiếu, trị số tham chiếu,
        giá trị tham chiếu, ค่าอ้างอิง, ค่าปกติ, nilai rujukan, nilai normal""",
    "laboratory": """
        laboratorija, laboratoorium, labor, лаборатория, лабораторија, آزمایشگاه,
        phòng xét nghiệm, ห้องปฏิบัติการ, laboratorium""",
    "method": """
        metodas, metode, meetod, metoda, методика, روش, روش آزمایش, phương pháp,
        วิธีการ""",
    "comment": """
        pastabos, komentaras, piezīmes, komentārs, märkused, kommentaar, napomena,
        opomba, забележка, напомена, توضیحات, ghi chú, หมายเหตุ, keterangan, catatan""",
    "interval_low": """
        normal low, normal range low, low normal, norm range low""",
    "interval_high": """
        normal high, normal range high, high normal, norm range high""",
    "laboratory_flag": """
        abnormality, normalcy, normalcy cd disp, abnormal indicator, abn ind,
        valueflag cd""",
    "status": """
        result status cd disp, result status""",
}
