"""
Names of columns in more languages, by what the column holds.

The Scandinavian languages, Finnish, Czech, Slovak, Hungarian, Romanian, Greek, Russian,
Ukrainian, Hebrew, Chinese, Japanese and Korean. Where `column_names` knows a word, too,
that one counts.
"""

MORE_NAMES = {
    "patient_id": """
        personnummer, cpr, cpr nr, cpr nummer, fodselsnummer, fødselsnummer,
        henkilötunnus, hetu, patientid, rodné číslo, rodne cislo, číslo pacienta,
        taj szám, taj, beteg azonosító, cnp, cod pacient, αμκα, αριθμός ασθενούς,
        номер пациента, номер карты, ид пациента, снилс, полис, номер пацієнта,
        תעודת זהות, מספר זהות, ת ז, 病历号, 患者编号, 住院号, 门诊号, 患者id, 患者番号,
        診察券番号, 환자번호, 등록번호""",
    "patient_name": """
        patientnamn, patientens namn, patientnavn, pasientnavn, potilaan nimi, potilas,
        jméno pacienta, jmeno pacienta, pacient, meno pacienta, beteg neve, páciens,
        nume pacient, numele pacientului, nume si prenume, ονοματεπώνυμο, ασθενής,
        фио, ф и о, ф и о пациента, фио пациента, имя пациента, пациент, пацієнт, піб,
        שם מלא, שם המטופל, שם מטופל, 患者姓名, 姓名, 患者名, 氏名, 患者氏名, 환자명,
        환자이름""",
    "given_name": """
        förnamn, fornavn, etunimi, křestní jméno, jméno, jmeno, keresztnév, prenume,
        όνομα, имя, ім я, שם פרטי, 名""",
    "family_name": """
        efternamn, efternavn, etternavn, sukunimi, příjmení, prijmeni, priezvisko,
        vezetéknév, nume de familie, επώνυμο, фамилия, прізвище, שם משפחה, 姓""",
    "born_on": """
        födelsedatum, fodselsdato, fødselsdato, fødselsdag, syntymäaika, syntynyt,
        datum narození, datum narozeni, dátum narodenia, születési dátum, születési idő,
        data nasterii, data nașterii, ημερομηνία γέννησης, ημ γέννησης, дата рождения,
        дата народження, תאריך לידה, 出生日期, 生年月日, 생년월일""",
    "collected_on": """
        numune alım zamanı, numune alma zamanı, örnek alım zamanı, kan alma zamanı,
        provtagningsdatum, provtagningstid, provtagningstidpunkt, provtagning,
        provtagen, datum för provtagning, prøvetagningsdato, prøvetagningstidspunkt,
        prøvetaget, prøvedato, prøvetakingsdato, prøvetakingstidspunkt, prøve tatt,
        prøvetid, tatt, taget, näytteenottoaika, näytteenottopäivä, näyteaika,
        näytteenotto, otettu, datum odběru, datum odberu, čas odběru, odběr, odber,
        odebráno, dátum odberu, mintavétel dátuma, mintavétel ideje, mintavétel,
        levétel dátuma, data recoltarii, data recoltării, recoltat, data recoltare,
        ημερομηνία αιμοληψίας, ημερομηνία δειγματοληψίας, αιμοληψία, ημ αιμοληψίας,
        дата взятия, дата взятия образца, дата взятия биоматериала, дата забора,
        дата забора крови, дата забора материала, дата сдачи, дата сдачи анализа, взято,
        дата взяття, дата забору, תאריך דגימה, תאריך לקיחה, תאריך לקיחת דגימה,
        תאריך ביצוע, 采样日期, 采样时间, 采集时间, 采集日期, 标本采集时间, 采血时间,
        采血日期, 採血日, 採血日時, 採取日, 採取日時, 検体採取日, 採檢日期, 채혈일,
        채취일, 채취일시, 채혈일시, 검체채취일""",
    "any_date": """
        dato, dagsetning, päivämäärä, päivä, pvm, dátum, datum vyšetření, data,
        datum vysetreni, ημερομηνία, ημ νία, ημερομηνία εξέτασης, дата, дата анализа,
        дата исследования, дата теста, дата аналізу, תאריך, תאריך בדיקה, 日期, 检查日期,
        检测日期, 检验日期, 化验日期, 日付, 検査日, 年月日, 날짜, 검사일, 검사일자""",
    "reported_on": """
        laborbefund vom, laborbericht vom, bericht vom, ausgedruckt am,
        svarsdatum, svarsdato, svardato, rapportdato, vastausaika, vastauspäivä,
        datum výsledku, datum hlášení, datum uvolnění, lelet dátuma, leletezés dátuma,
        eredmény dátuma, data rezultat, data eliberarii, ημερομηνία αποτελέσματος,
        дата результата, дата выдачи, дата готовности, дата выполнения, תאריך תוצאה,
        תאריך תשובה, 报告日期, 报告时间, 審核時間, 审核时间, 报告日, 報告日, 결과일,
        보고일시, 보고일""",
    "value": """
        resultat, svar, provsvar, mätvärde, värde, resultatverdi, prøvesvar, verdi,
        værdi, analysesvar, tulos, arvo, vastaus, výsledek, vysledek, výsledok, hodnota,
        eredmény, érték, mért érték, rezultat, rezultate, valoare, αποτέλεσμα,
        αποτελέσματα, τιμή, результат, результаты, значение, показание, значення,
        תוצאה, תוצאות, ערך, 结果, 检查结果, 检验结果, 检测结果, 测定值, 結果, 検査結果,
        検査結果値, 結果値, 検査値, 測定値, 值, 結果值, 결과, 결과값, 검사결과, 수치""",
    "unit": """
        enhet, enheter, enhed, enheder, måleenhet, yksikkö, yks, jednotka, jednotky,
        jedn, mértékegység, egység, unitate, unitate de masura, unitate de măsură, u m,
        μονάδα, μονάδες, μονάδες μέτρησης, μονάδα μέτρησης, ед, ед изм, единица,
        единицы, единицы измерения, единица измерения, ед измерения, одиниці,
        одиниці виміру, יחידות, יחידה, יחידות מידה, 单位, 單位, 単位, 단위""",
    "test_name": """
        analys, analysnamn, provnamn, prov, undersökning, komponent, laboratorieanalys,
        analysenavn, analyse, prøve, prøvenavn, undersøgelse, undersøkelse, tutkimus,
        tutkimuksen nimi, koe, analyysi, vyšetření, vysetreni, název vyšetření, metoda
        název, parametr, vyšetrenie, vizsgálat, vizsgálat neve, vizsgálat megnevezése,
        paraméter, analiza, analize, denumire, denumire analiza, test denumire, εξέταση,
        εξετάσεις, ανάλυση, παράμετρος, исследование, анализ, показатель, тест,
        наименование, наименование теста, наименование показателя, название,
        название теста, название анализа, услуга, дослідження, показник, аналіз,
        בדיקה, שם הבדיקה, שם בדיקה, 项目, 项目名称, 检查项目, 检验项目, 检测项目, 項目,
        检测指标, 检验指标, 检查指标, 化验项目, 指标, 指标名称,
        название биомаркера, биомаркер, название показателя, маркер,
        検査項目, 検査項目名, 検査項目名称, 検査名, 検査名称,
        項目名, 項目名称, 檢驗項目, 검사명, 검사항목, 항목""",
    "local_code": """
        analyskod, npu, npu kod, npu kode, npukode, analysekode, provkod, tutkimuskoodi,
        tutkimusnumero, kód, kód vyšetření, vizsgálat kódja, cod, cod analiza, код,
        код теста, код услуги, код анализа, קוד בדיקה, 项目代码,
        項目コード, 검사코드""",
    "interval": """
        referens, referenser, referensintervall, referensområde, referensvärde,
        ref intervall, refintervall,
        ref int, refområde, referenceinterval, referenceområde, referanseområde,
        referansegrenser, referanseverdi, ref område, viitearvo, viitearvot, viiteväli,
        viiterajat, viitealue, referenční meze, referenční rozmezí, referencni meze,
        ref meze, ref rozmezí, meze, norma, referenčné hodnoty, referencia tartomány,
        referenciatartomány, referenciaérték, referencia, ref tartomány, normálérték,
        interval de referinta, interval biologic de referinta, interval referinta,
        valori de referinta, valori referinta, τιμές αναφοράς, όρια αναφοράς,
        φυσιολογικές τιμές, όρια, референсные значения, референсный интервал, референс,
        референсные интервалы, референтные значения, референтный интервал, норма, нормы,
        реф значения, реф интервал, референсні значення, ערכי ייחוס, טווח תקין,
        טווח ייחוס, טווח נורמה, ערכים תקינים, נורמה, 参考范围, 参考值, 参考区间,
        正常范围, 参考值范围, 参考範囲, 參考值, 參考範圍, 基準値, 基準範囲, 正常値,
        参考基準値, 참고치, 참고범위, 정상범위, 정상치, 기준치""",
    "interval_low": """
        基準値下限, 基準下限, 下限値, 下限, 参考下限, 标准下限, 参考值下限, 正常下限,
        nedre grense, nedre gräns,
        nedre referansegrense, alaraja, нижняя граница""",
    "interval_high": """
        基準値上限, 基準上限, 上限値, 上限, 参考上限, 标准上限, 参考值上限, 正常上限,
        øvre grense, övre gräns,
        øvre referansegrense, yläraja, верхняя граница""",
    "laboratory_flag": """
        markering, avvikande, avvik, avvikelse, poikkeava, příznak, hodnocení, priznak,
        jelzés, minősítés, σήμανση, ένδειξη, отклонение, флаг, оценка, חריג, סימון,
        标志, 标记,
        提示, 异常标志, 判定, 異常, 판정""",
    "laboratory": """
        laboratorium, labb, laboratoriet, laboratorio, laboratoř, laboratór, labor,
        laboratórium, laborator, εργαστήριο, лаборатория, лабораторія, מעבדה, 实验室,
        检验机构, 医院, 検査所, 検査機関, 医療機関, 검사실, 검사기관, 병원""",
    "method": """
        metod, analysmetod, analysemetode, menetelmä, metodika, módszer, metoda,
        metodă, μέθοδος, метод, метод исследования, методика, שיטה, 方法, 检测方法,
        检验方法, 測定法, 測定方法, 検査方法, 검사방법""",
    "specimen": """
        provmaterial, provtyp, provmateriale, prøvemateriale, prøvetype, näyte,
        näytelaji, näytetyyppi, vzorek, materiál, druh vzorku, minta, mintatípus,
        proba, tip proba, δείγμα, είδος δείγματος, образец, биоматериал, материал,
        тип образца, матеріал, סוג דגימה, דגימה, 标本, 样本, 标本类型, 样本类型, 検体,
        材料, 検体種別, 検体材料, 검체, 검체종류""",
    "comment": """
        anmärkning, kommentar, bemærkning, merknad, huomautus, kommentti, lausunto,
        poznámka, komentář, poznamka, megjegyzés, observatii, observații, comentariu,
        παρατηρήσεις, σχόλια, σχόλιο, комментарий, комментарии, примечание, примечания,
        коментар, примітка, הערות, הערה, 备注, 说明, 備考, コメント, 비고, 메모""",
    "status": """
        status svar, tila, stav, stav výsledku, állapot, stare, κατάσταση, статус,
        состояние, סטטוס, 状态, 状態, 상태""",
    "accession": """
        provnummer, rekvisitionsnummer, remissnummer, prøvenummer, rekvisitionsnr,
        näytenumero, číslo vzorku, číslo žádanky, mintaazonosító, cod proba,
        numar cerere, αριθμός δείγματος, номер пробы, номер образца, номер заказа,
        номер заявки, מספר דגימה, 标本号, 条码号, 样本号, 検体番号, 受付番号,
        검체번호""",
}
