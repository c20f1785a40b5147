"""
Further names of the medicines that precautions look at, in the languages of lists.

Under each generic name of `labs/domain/medicines.py` stand spellings of other
languages, salts that are written in one word, and brands. They are common knowledge,
not taken from an official list, and are to be signed by a pharmacist.
"""

FURTHER_NAMES: dict[str, str] = {
    "warfarin": "warfariini, warfarinnatrium, warfarin-kalium, Warfarinkalium, "
    "Cofarin, Uniwarfin, Varfine, варфарину",
    "acenocoumarol": "acenokumarol, acenokoumarol, asenokumarol, acenocumarolul, "
    "acenokumarool, Neo-Sintrom, アセノクマロール, 醋硝香豆素",
    "phenprocoumon": "fenprokumon, fenprokoumon, fenprokumoni, Marcuphen, Phenpro",
    "phenindione": "fenindion, fenindione",
    "dicoumarol": "dikumarol, dicumarolo",
    "apixaban": "apiksaban, apixabán, απιξαμπάνη, אפיקסבן, апіксабан",
    "rivaroxaban": "rivaroksaban, rivaroksabaani, ριβαροξαμπάνη, ריברוקסבן, קסרלטו",
    "edoxaban": "edoksaban, edoxabán, edoksabaani",
    "dabigatran": "dabigatrán, dabigatrani, dabigatranetexilat, "
    "dabigatraanieteksilaatti, dabigatraani, דביגטרן",
    "heparin": "hepariini, heparyna, heparinum natricum, Liquemin, Calciparin, "
    "Calciparine, ヘパリン, ηπαρίνη, הפרין",
    "enoxaparin": "enoksapariini, enoksaparin, enoksaparyna, énoxaparine, "
    "эноксапарин, エノキサパリン, 依诺肝素",
    "dalteparin": "daltepariini, dalteparyna, дальтепарин",
    "tinzaparin": "tintsapariini, tinzaparyna",
    "nadroparin": "nadroparyna, надропарин",
    "fondaparinux": "fondaparinuks, fondaparinuuksi",
    "phenytoin": "fenytoiini, fenytoina, phénytoïne, fenitoína, fenitoin, "
    "diphenylhydantoin, фенитоин, Дифенин, Di-Hydan, Zentropil, フェニトイン, "
    "アレビアチン, 苯妥英, 페니토인, φαινυτοΐνη, פניטואין",
    "phenobarbital": "fenobarbitale, fenobarbitaali, phénobarbital, fenobarbitalum, "
    "phenobarbitalum natricum, Luminaletten, фенобарбитал, фенобарбітал, Phenaemal, "
    "フェノバルビタール, 苯巴比妥, 페노바르비탈, φαινοβαρβιτάλη, פנוברביטל",
    "primidone": "primidoni, prymidon, примидон, プリミドン, 扑米酮",
    "carbamazepine": "karbamazepin, karbamazepina, karbamazepín, karbamatsepiini, "
    "carbamazépine, карбамазепин, карбамазепін, Финлепсин, Finlepsin, Neurotop, "
    "Amizepin, Carbatrol, Equetro, Hermolepsin, カルバマゼピン, テグレトール, "
    "卡马西平, 카르바마제핀, καρβαμαζεπίνη, קרבמזפין, טגרטול",
    "oxcarbazepine": "okskarbazepin, okskarbazepina, okskarbatsepiini, oxkarbazepin, "
    "oxcarbazépine, окскарбазепин",
    "valproate": "valproaatti, walproinian, kwas walproinowy, natriumvalproat, "
    "Ergenyl, Absenor, Convulex, вальпроат, вальпроевая кислота, Депакин, バルプロ酸, "
    "デパケン, 丙戊酸, 발프로산",
    "prednisolone": "prednizolon, prednisoloni, prednizolonum, преднизолон, "
    "преднізолон, Encortolon, Solupred, Decortin-H, Hefasolon, プレドニゾロン, "
    "プレドニン, 泼尼松龙, 프레드니솔론, πρεδνιζολόνη, פרדניזולון",
    "prednisone": "prednizon, prednisoni, prednizonum, преднизон, Cortancyl, "
    "Encorton, Deltacortene, Rectodelt, Rayos, プレドニゾン, 泼尼松, פרדניזון",
    "methylprednisolone": "metylprednisolon, metylprednizolon, metilprednizolon, "
    "metyyliprednisoloni, méthylprednisolone, метилпреднизолон, метилпреднізолон, "
    "Solu-Medrol, Metypred, Метипред, メチルプレドニゾロン, 甲泼尼龙",
    "dexamethasone": "deksametason, deksametazon, deksametasoni, dexametason, "
    "dexametazon, dexametazón, dexametazona, dexaméthasone, дексаметазон, "
    "Pabi-Dexamethason, デキサメタゾン, 地塞米松, 덱사메타손, δεξαμεθαζόνη, דקסמתזון",
    "hydrocortisone": "hydrokortison, hydrokortizon, hydrokortisoni, hidrokortizon, "
    "hidrocortizon, гидрокортизон, гідрокортизон, Efmody, ヒドロコルチゾン, "
    "氢化可的松, 하이드로코르티손, υδροκορτιζόνη",
    "betamethasone": "betametason, betametazon, beetametasoni, bétaméthasone, "
    "Celestene, Betapred, бетаметазон, ベタメタゾン, 倍他米松",
    "deflazacort": "deflazakort, デフラザコート",
    "rifampicin": "rifampicyna, rifampisin, rifampisiini, rifampicín, рифампицин, "
    "рифампіцин, Rifoldine, Rimactan, リファンピシン, 利福平, 리팜피신, ριφαμπικίνη, "
    "ריפמפיצין",
    "isoniazid": "izoniazid, izoniazyd, isoniatsidi, изониазид, ізоніазид, Tibinide, "
    "Tubilysin, イソニアジド, 异烟肼, 이소니아지드",
    "efavirenz": "efawirenz, efavirentsi, эфавиренз, ефавіренз, Stocrin, Symfi",
    "ketoconazole": "ketokonazol, ketokonatsoli, kétoconazole, кетоконазол, "
    "ケトコナゾール, 酮康唑, 케토코나졸, κετοκοναζόλη, קטוקונזול",
    "itraconazole": "itrakonazol, itrakonatsoli, itraconazol, итраконазол, "
    "イトラコナゾール, 伊曲康唑",
    "fluconazole": "flukonazol, flukonatsoli, флуконазол, フルコナゾール, 氟康唑",
    "voriconazole": "vorikonazol, vorikonatsoli, вориконазол",
    "posaconazole": "posakonazol, posakonatsoli, позаконазол",
    "orlistat": "orlistaatti, orlistate, орлистат, орлістат, Ксеникал, Orsoten, "
    "Beacita, オルリスタット, 奥利司他, 오르리스타트, ορλιστάτη, אורליסטט",
    "colestyramine": "cholestyramin, kolestyramin, kolestyramina, kolestyramiini, "
    "cholestyramina, cholestyraminum, colestiraminum, kolesztiramin, kolestiramin, "
    "colestyramine resin, Vasosan, Lipocol, холестирамин, колестирамин, "
    "コレスチラミン, クエストラン, 考来烯胺, χολεστυραμίνη",
    "colestipol": "kolestipol, kolestipoli, колестипол",
    "colesevelam": "kolesevelam, kolesevelaami, колесевелам",
    "hydrochlorothiazide": "hydroklortiazid, hydroklorotiazid, hydrochlorotiazyd, "
    "hydrochlorothiazidum, hydrochlorotiazid, hydrochlorthiazid, hydroklooritiatsidi, "
    "hidroklorotiyazid, hidroklorotiazid, hidroclorotiazidă, hidroclorotiazid, HCT, "
    "гидрохлоротиазид, гідрохлоротіазид, Гипотиазид, Disalunil, ヒドロクロロチアジド, "
    "氢氯噻嗪, 히드로클로로티아지드, υδροχλωροθειαζίδη, הידרוכלורותיאזיד, Hyzaar, "
    "Co-Diovan, CoAprovel, MicardisPlus, Maxzide, Dyazide, Tekturna HCT, Moduretic, "
    "Zestoretic, co-amilozide",
    "bendroflumethiazide": "bendroflumetiazid, bendroflumetiazida, "
    "bendroflumetiatsidi, Centyl, Salures",
    "chlortalidone": "klortalidon, chlortalidonum, clortalidone, klooritalidoni, "
    "hlortalidon, хлорталидон, хлорталідон, Tenoretic, Edarbyclor",
    "indapamide": "indapamidi, indapamidum, индапамид, індапамід, Арифон, Arifon, "
    "Tertensif, インダパミド, 吲达帕胺, 인다파미드, ινδαπαμίδη",
    "metolazone": "metolatsoni, метолазон, メトラゾン",
    "xipamide": "ksipamid, ксипамид, Diurexan",
    "digoxin": "digoxín, digoksin, digoksiini, digoksyna, Lenoxin, Digacin, "
    "digoxinul, διγοξίνη, דיגוקסין, 디곡신",
    "digitoxin": "digitoksin, digitoksiini, digitoksyna, дигитоксин",
    "lithium": "lithium citrate, litium, litiumkarbonat, lithiumcarbonat, "
    "litu węglan, литий, лития карбонат, 炭酸リチウム, 碳酸锂, 리튬",
    "diltiazem": "diltiatseemi, дилтиазем, Cartia, Tiazac, ジルチアゼム, 地尔硫卓",
    "verapamil": "verapamiili, werapamil, верапамил, верапаміл, ベラパミル, 维拉帕米",
    "calcitriol": "kalcitriol, kalsitrioli, kalsitriol, kalcytriol, кальцитриол, "
    "кальцитріол, Silkis, Decostriol, カルシトリオール, 骨化三醇, 칼시트리올, "
    "1,25-dihydroxyvitamin D3, 1,25-dihydroxycholecalciferol, καλσιτριόλη, קלציטריול",
    "alfacalcidol": "alfakalcidol, alfakalsidol, alfakalsidoli, alfakalcydol, "
    "альфакальцидол, Альфа Д3-Тева, Alpha D3, AlfaD, アルファカルシドール, "
    "阿法骨化醇, 알파칼시돌, αλφακαλσιδόλη",
    "paricalcitol": "parikalcitol, parikalsitoli, parykalcytol, парикальцитол, "
    "パリカルシトール, 帕立骨化醇",
    "calcifediol": "kalcifediol, kalsifedioli, calcifediolo, кальцифедиол, 骨化二醇, "
    "25-hydroxycholecalciferol, Neodidro, Didrogyl",
    "calcipotriol": "kalcipotriol, kalsipotrioli, calcipotriolo, кальципотриол, "
    "Daivobet, Enstilar, Taclonex, Dovobet, Xamiol, カルシポトリオール, 卡泊三醇",
    "levothyroxine": "levotyroxin, levotyroxinnatrium, levotyroksin, levotyroksiini, "
    "lewotyroksyna, levothyroxín, levotiroxin, levotiroxină, levotiroksin, Levaxin, "
    "Thyroxin, L-Thyrox, Unithyroid, Letrox, Berlthyrox, L-тироксин, левотироксин, "
    "Эутирокс, レボチロキシン, チラーヂン, 左甲状腺素, 레보티록신, λεβοθυροξίνη, "
    "אלטרוקסין",
    "alendronate": "acidum alendronicum, alendroninezuur, alendronsyra, alendronsyre, "
    "alendronihappo, acido alendronico, kwas alendronowy, alendronian, alendronát, "
    "alendronatnatrium, Adrovance, Vantavo, Binosto, алендроновая кислота, "
    "алендронат, アレンドロン酸, 阿仑膦酸, 알렌드론산",
    "risedronate": "acide risédronique, acido risedronico, risedroninezuur, "
    "risedronsyra, risedronihappo, risedronian, Atelvia, ризедронат, リセドロン酸",
    "ibandronate": "acide ibandronique, ácido ibandrónico, ibandronat, ibandronsyra, "
    "ibandronihappo, ибандроновая кислота",
    "denosumab": "denosumabi, деносумаб, Пролиа, デノスマブ, 地舒单抗, 데노수맙",
    "aspirin": "ASA 81, ASA 325, ASA EC, EC ASA, acidum acetylsalicylicum, "
    "acetylsalicylsyra, acetylsalicylsyre, acetylsalicylzuur, asetyylisalisyylihappo, "
    "kwas acetylosalicylowy, Trombyl, Hjertemagnyl, Albyl-E, Aspégic, Acard, "
    "Polocard, Kyselina acetylsalicylová, ацетилсалициловая кислота, Кардиомагнил, "
    "Тромбо АСС, Primaspan, ασπιρίνη, אספירין",
    "clopidogrel": "klopidogrel, klopidogreeli, κλοπιδογρέλη, קלופידוגרל",
}
