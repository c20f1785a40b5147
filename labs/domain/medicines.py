"""
Medicines that precautions look at, by curated names and by codes that were verified.

A name is matched as whole words after folding case, accents and marks, never by
likeness: "Cumin" is not "Coumadin" and "Wafarin" is nothing at all. What is not
recognised has not been checked, and the product says so. Names and codes are a
convenience; the questions about health are the safety mechanism (facts 2.8). The names
are common knowledge, not taken from an official list, and are to be signed by a
pharmacist.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labs.domain.health import HealthAnswer, HealthTopic, TopicAnswer
from labs.domain.medicine_names import FURTHER_NAMES
from labs.domain.sentences import N_, Sentence

MEDICINE_NOT_CHECKED = N_(
    "We do not know '%(name)s' as a medicine, so it has not been checked."
)
MOST_QUOTED = 80


class CodeSystem(StrEnum):
    """The systems that a code of a medicine or condition may come from."""

    RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
    SNOMED = "http://snomed.info/sct"
    ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
    ATC = "http://www.whocc.no/atc"


# The other addresses under which the same codes of the WHO are sent.
_SYSTEMS_OF_ATC = frozenset(
    {
        "ATC",
        "urn:oid:2.16.840.1.113883.6.73",
        "http://fhir.de/CodeSystem/bfarm/atc",
        "http://fhir.de/CodeSystem/dimdi/atc",
        "http://www.whocc.no/atc/",
        "https://www.whocc.no/atc",
    }
)


@dataclass(frozen=True, slots=True)
class MedicineMatch:
    """
    The medicines that a name or code stands for, each as written and as its topic.

    A combined product may stand for several. What was written is given in the curated
    spelling, without whatever else was typed beside it.
    """

    medicines: tuple["Medicine", ...]
    written: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The generic names, each once."""
        return tuple(dict.fromkeys(medicine.name for medicine in self.medicines))

    @property
    def topics(self) -> frozenset[HealthTopic]:
        return frozenset(medicine.topic for medicine in self.medicines)

    def written_for(self, topic: HealthTopic) -> tuple[str, ...]:
        """Return the curated spellings of one topic, in the order they were written."""
        return tuple(
            written
            for medicine, written in zip(self.medicines, self.written, strict=True)
            if medicine.topic is topic
        )


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine by its generic name, with the other names it goes by."""

    name: str
    topic: HealthTopic
    also: tuple[str, ...] = ()

    @property
    def called(self) -> tuple[str, ...]:
        """Every curated name, the generic one first."""
        return (self.name, *self.also)


def _snomed(*codes: str) -> tuple[tuple[CodeSystem, str], ...]:
    return tuple((CodeSystem.SNOMED, code) for code in codes)


def _named(topic: HealthTopic, names: Mapping[str, str]) -> tuple[Medicine, ...]:
    """Return medicines of one topic; other names are parted by commas."""
    return tuple(
        Medicine(name, topic, (*_parted(also), *_parted(FURTHER_NAMES.get(name, ""))))
        for name, also in names.items()
    )


def _parted(names: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, names.split(", "))))


_CODES: dict[str, tuple[tuple[CodeSystem, str], ...]] = {
    # Confidence V in facts 2.8; nothing else is shipped.
    "warfarin": ((CodeSystem.RXNORM, "11289"), *_snomed("48603004", "63167009")),
    "acenocoumarol": _snomed("387457003"),
    "phenprocoumon": _snomed("59488002"),
    "phenindione": _snomed("387260007"),
    "apixaban": _snomed("698090000"),
    "rivaroxaban": _snomed("442031002"),
    "edoxaban": _snomed("712778008"),
    "dabigatran": _snomed("700029008"),
    "phenytoin": _snomed("387220006"),
    "carbamazepine": _snomed("387222003"),
    "phenobarbital": _snomed("373505007"),
    "primidone": _snomed("387256009"),
    "rifampicin": _snomed("387159009"),
    "isoniazid": _snomed("387472004"),
    "efavirenz": _snomed("387001004"),
    "ketoconazole": _snomed("387216007"),
    "prednisolone": _snomed("116601002"),
    "dexamethasone": _snomed("372584003"),
    "hydrocortisone": _snomed("396458002"),
    "orlistat": _snomed("387007000"),
    "colesevelam": _snomed("127965004"),
    "digoxin": _snomed("387461009"),
    "bendroflumethiazide": _snomed("387520007"),
    "hydrochlorothiazide": _snomed("387525002"),
    "indapamide": _snomed("387419003"),
    "calcitriol": _snomed("259333003"),
    "alfacalcidol": _snomed("11984007"),
    "paricalcitol": _snomed("108946001"),
}
# Codes of the WHO, looked up beside their names in lists of other senders. Like the
# names they await a pharmacist's signature.
_ATC = {
    "B01AA03": "warfarin",
    "B01AA04": "phenprocoumon",
    "B01AA07": "acenocoumarol",
    "B01AE07": "dabigatran",
    "B01AF01": "rivaroxaban",
    "B01AF02": "apixaban",
    "B01AF03": "edoxaban",
    "N03AA02": "phenobarbital",
    "N03AB02": "phenytoin",
    "N03AF01": "carbamazepine",
    "J04AB02": "rifampicin",
    "A08AB01": "orlistat",
    "C10AC01": "colestyramine",
    "C01AA05": "digoxin",
    "A11CC04": "calcitriol",
}

MEDICINES: tuple[Medicine, ...] = (
    *_named(
        HealthTopic.VITAMIN_K_ANTAGONIST,
        {
            "warfarin": "warfarine, warfarina, varfarin, varfarina, varfariini, "
            "Coumadin, Coumadine, Jantoven, Marevan, Orfarin, Waran, Aldocumar, "
            "Lawarin, Warfilone, warfaryna, Warfin, варфарин, варфарина, Варфарекс, "
            "βαρφαρίνη, وارفارين, وارفرين, كومادين, ماريفان, ワルファリン, "
            "ワーファリン, 华法林, 華法林, 可邁丁, 와파린, วาร์ฟาริน, וורפרין, קומדין",
            "acenocoumarol": "acenocumarol, acenocumarolo, acenokumarol, nicoumalone, "
            "Sintrom, Sinthrome, Mini-sintrom, Minisintrom, Syncumar, Trombostop, "
            "Acitrom, аценокумарол, Синкумар, Синтром, ασενοκουμαρόλη, أسينوكومارول, "
            "سينتروم",
            "phenprocoumon": "phenprocoumone, fenprocoumon, fenprocumon, "
            "fenprocumone, Marcumar, Marcoumar, Falithrom, Phenprogamma, "
            "фенпрокумон, Маркумар, فينبروكومون, ماركومار",
            "phenindione": "fenindiona, Dindevan, фениндион, Фенилин",
            "fluindione": "fluindiona, Préviscan",
            "dicoumarol": "dicumarol, dicoumarin",
        },
    ),
    *_named(
        HealthTopic.DIRECT_ORAL_ANTICOAGULANT,
        {
            "apixaban": "Eliquis, апиксабан, Эликвис, أبيكسابان, إليكويس, "
            "アピキサバン, エリキュース, 阿哌沙班, 아픽사반",
            "rivaroxaban": "rivaroxabán, Xarelto, ривароксабан, Ксарелто, "
            "ريفاروكسابان, زاريلتو, リバーロキサバン, イグザレルト, "
            "利伐沙班, 리바록사반",
            "edoxaban": "Lixiana, Savaysa, Roteas, эдоксабан, إدوكسابان, エドキサバン, "
            "リクシアナ, 艾多沙班, 에독사반",
            "dabigatran": "dabigatran etexilate, Pradaxa, дабигатран, Прадакса, "
            "دابيغاتران, براداكسا, ダビガトラン, プラザキサ, 达比加群, 다비가트란",
            "betrixaban": "Bevyxxa",
        },
    ),
    *_named(
        HealthTopic.HEPARIN,
        {
            "heparin": "heparine, heparina, eparina, гепарин, هيبارين, 肝素, 헤파린",
            "enoxaparin": "enoxaparine, enoxaparina, Clexane, Lovenox, Inhixa, "
            "إينوكسابارين",
            "dalteparin": "dalteparine, dalteparina, Fragmin, Fragmine",
            "tinzaparin": "tinzaparine, tinzaparina, Innohep",
            "nadroparin": "nadroparine, nadroparina, Fraxiparine, Fraxiparin",
            "certoparin": "Mono-Embolex",
            "bemiparin": "bemiparina, Hibor",
            "fondaparinux": "Arixtra",
            "danaparoid": "Orgaran",
            "argatroban": "Argatra",
        },
    ),
    *_named(
        HealthTopic.ANTIPLATELET,
        {
            "aspirin": "aspirine, aspirina, acetylsalicylic acid, Acetylsalicylsäure, "
            "acide acétylsalicylique, ácido acetilsalicílico, acido acetilsalicilico, "
            "ASS 100, Cardioaspirin, Cardioaspirina, Kardegic, Herz-ASS, аспирин, "
            "أسبرين, アスピリン, 阿司匹林, 아스피린",
            "clopidogrel": "Plavix, Iscover, клопидогрел, كلوبيدوغريل, クロピドグレル, "
            "氯吡格雷, 클로피도그렐",
            "prasugrel": "Efient, Effient",
            "ticagrelor": "Brilinta, Brilique",
            "ticlopidine": "ticlopidin, ticlopidina, Ticlid",
            "dipyridamole": "dipyridamol, dipiridamol, Persantin, Persantine, "
            "Aggrenox, Asasantin",
            "cilostazol": "Pletal",
        },
    ),
    *_named(
        HealthTopic.ANTICONVULSANT,
        {
            "phenytoin": "phenytoine, fenitoina, fenytoin, Dilantin, Epanutin, "
            "Phenhydan, فينيتوين",
            "fosphenytoin": "Cerebyx, Pro-Epanutin",
            "phenobarbital": "phenobarbitone, fenobarbital, Luminal, Gardenal, "
            "فينوباربيتال",
            "primidone": "primidon, primidona, Mysoline, Mylepsinum, Liskantin",
            "carbamazepine": "carbamazepin, carbamazepina, Tegretol, Tegretal, "
            "Timonil, كاربامازيبين",
            "oxcarbazepine": "oxcarbazepin, oxcarbazepina, Trileptal",
            "valproate": "valproic acid, Valproinsäure, sodium valproate, "
            "valproat, acide valproïque, ácido valproico, Depakine, Depakote, "
            "Depakene, Epilim, Orfiril",
        },
    ),
    *_named(
        HealthTopic.STEROID_TABLETS,
        {
            "prednisolone": "prednisolon, prednisolona, Decortin H, بريدنيزولون",
            "prednisone": "prednison, prednisona, Deltasone, Decortin, Lodotra",
            "methylprednisolone": "methylprednisolon, metilprednisolona, Medrol, "
            "Urbason",
            "dexamethasone": "dexamethason, dexametasona, desametasone, Fortecortin, "
            "Decadron, ديكساميثازون",
            "hydrocortisone": "hydrocortison, hidrocortisona, idrocortisone, Cortef, "
            "Plenadren, Alkindi",
            "betamethasone": "betamethason, betametasona, Celestone, Celestamine",
            "deflazacort": "Calcort, Emflaza",
            "cortisone": "cortison, cortisona, Kortison, cortisone acetate",
        },
    ),
    *_named(
        HealthTopic.RIFAMPICIN,
        {
            "rifampicin": "rifampin, rifampicine, rifampicina, Rifadin, Rimactane, "
            "Eremfat, Rifinah, Rifater, ريفامبيسين",
            "isoniazid": "isoniazide, isoniazida, Isozid, إيزونيازيد",
        },
    ),
    *_named(
        HealthTopic.HIV_MEDICINE,
        {
            "efavirenz": "Sustiva, Stocrin, Atripla",
            "nevirapine": "nevirapin, nevirapina, Viramune",
            "ritonavir": "Norvir, Kaletra",
            "darunavir": "Prezista, Rezolsta, Symtuza",
            "atazanavir": "Reyataz, Evotaz",
            "lopinavir": "",
            "tenofovir": "Viread, Truvada, Descovy, Biktarvy, Genvoya, Odefsey, "
            "Eviplera",
            "dolutegravir": "Tivicay, Triumeq, Dovato, Juluca",
            "zidovudine": "zidovudin, zidovudina, Retrovir, Combivir",
        },
    ),
    *_named(
        HealthTopic.AZOLE,
        {
            "ketoconazole": "ketoconazol, ketoconazolo, Nizoral, كيتوكونازول",
            "itraconazole": "itraconazol, itraconazolo, Sporanox, Sempera",
            "fluconazole": "fluconazol, fluconazolo, Diflucan",
            "voriconazole": "voriconazol, voriconazolo, Vfend",
            "posaconazole": "posaconazol, posaconazolo, Noxafil",
        },
    ),
    *_named(HealthTopic.ORLISTAT, {"orlistat": "Xenical, Alli, أورليستات"}),
    *_named(
        HealthTopic.BILE_ACID_BINDER,
        {
            "colestyramine": "cholestyramine, colestyramin, colestiramina, Questran, "
            "Quantalan, Prevalite, كوليسترامين",
            "colestipol": "Colestid",
            "colesevelam": "Cholestagel, Welchol, Lodalis",
        },
    ),
    *_named(
        HealthTopic.THIAZIDE,
        {
            "hydrochlorothiazide": "hydrochlorothiazid, hidroclorotiazida, "
            "idroclorotiazide, HCTZ, Esidrix, Esidrex, Microzide, هيدروكلوروثيازيد",
            "bendroflumethiazide": "bendrofluazide, bendroflumethiazid, Aprinox",
            "chlortalidone": "chlorthalidone, chlortalidon, clortalidona, Hygroton, "
            "Thalitone",
            "indapamide": "indapamid, indapamida, Natrilix, Lozol, Fludex, إنداباميد",
            "metolazone": "metolazon, Zaroxolyn",
            "xipamide": "xipamid",
            "chlorothiazide": "Diuril",
        },
    ),
    *_named(
        HealthTopic.DIGOXIN,
        {
            "digoxin": "digoxine, digoxina, digossina, Lanoxin, Lanicor, дигоксин, "
            "ديجوكسين, ジゴキシン, 地高辛",
            "digitoxin": "digitoxine, digitoxina, Digimerck",
        },
    ),
    *_named(
        HealthTopic.LITHIUM,
        {
            "lithium": "lithium carbonate, litio, Quilonum, Priadel, Camcolit, "
            "Hypnorex, Teralithe, Lithobid, ليثيوم"
        },
    ),
    *_named(
        HealthTopic.DILTIAZEM_OR_VERAPAMIL,
        {
            "diltiazem": "Cardizem, Dilzem, Tildiem, ديلتيازيم",
            "verapamil": "verapamilo, Isoptin, Calan, Securon, فيراباميل",
        },
    ),
    *_named(
        HealthTopic.ACTIVE_VITAMIN_D,
        {
            "calcitriol": "Rocaltrol, Osteotriol, كالسيتريول",
            "alfacalcidol": "alphacalcidol, One-Alpha, EinsAlpha, Etalpha, Un-Alfa, "
            "ألفاكالسيدول",
            "paricalcitol": "Zemplar",
            "eldecalcitol": "Edirol, エルデカルシトール, エディロール, 艾地骨化醇",
        },
    ),
    *_named(
        HealthTopic.OTHER_VITAMIN_D_MEDICINE,
        {
            "calcifediol": "calcidiol, calcifédiol, Hidroferol, Rayaldee, Dedrogyl",
            "calcipotriol": "calcipotriene, calcipotrieno, Daivonex, Dovonex, "
            "Psorcutan",
            "doxercalciferol": "Hectorol",
            "dihydrotachysterol": "",
        },
    ),
    *_named(
        HealthTopic.ALUMINIUM_BINDER,
        {
            "aluminium hydroxide": "aluminum hydroxide, Aluminiumhydroxid, "
            "hydroxyde d'aluminium, hidróxido de aluminio, Alu-Cap, Anti-Phosphat, "
            "Phosphonorm, aluminium chloride hydroxide"
        },
    ),
    *_named(
        HealthTopic.LEVOTHYROXINE,
        {
            "levothyroxine": "levothyroxin, levotiroxina, L-Thyroxin, thyroxine, "
            "Synthroid, Levoxyl, Levothroid, Euthyrox, Eltroxin, Levothyrox, Eutirox, "
            "ليفوثيروكسين",
        },
    ),
    *_named(
        HealthTopic.TETRACYCLINE_OR_QUINOLONE,
        {
            "doxycycline": "doxycyclin, doxiciclina, Vibramycin",
            "minocycline": "minocyclin, minociclina, Minocin",
            "tetracycline": "tetracyclin, tetraciclina",
            "ciprofloxacin": "ciprofloxacine, ciprofloxacino, Cipro, Ciprobay",
            "levofloxacin": "levofloxacine, levofloxacino, Levaquin, Tavanic",
            "moxifloxacin": "moxifloxacine, moxifloxacino, Avelox, Avalox",
            "ofloxacin": "ofloxacine, ofloxacino, Tarivid",
            "norfloxacin": "norfloxacine, norfloxacino, Noroxin",
        },
    ),
    *_named(
        HealthTopic.BISPHOSPHONATE,
        {
            "alendronate": "alendronic acid, Alendronsäure, alendronat, acide "
            "alendronique, ácido alendrónico, Fosamax, Fosavance",
            "risedronate": "risedronic acid, Risedronsäure, risedronat, risedronato, "
            "Actonel",
            "ibandronate": "ibandronic acid, Ibandronsäure, ibandronato, Boniva, "
            "Bonviva",
        },
    ),
    *_named(
        HealthTopic.IRON,
        {
            "iron": "ferrous sulfate, ferrous sulphate, ferrous gluconate, ferrous "
            "fumarate, ferrous bisglycinate, Eisensulfat, Eisentabletten, sulfate de "
            "fer, sulfato ferroso, Feosol, Ferro sanol, Tardyferon, Tardyferon-Fol",
        },
    ),
    *_named(
        HealthTopic.STRONG_BONE_MEDICINE,
        {
            "denosumab": "Prolia, Xgeva, دينوسوماب",
            "zoledronate": "zoledronic acid, Zoledronsäure, acide zolédronique, ácido "
            "zoledrónico, Aclasta, Reclast, Zometa",
            "pamidronate": "pamidronic acid, Pamidronsäure, Aredia",
            "romosozumab": "Evenity",
            "teriparatide": "teriparatid, teriparatida, Forsteo, Forteo",
            "abaloparatide": "Tymlos, Eladynos",
        },
    ),
    *_named(
        HealthTopic.CALCIMIMETIC,
        {
            "cinacalcet": "Mimpara, Sensipar",
            "etelcalcetide": "etelcalcetid, Parsabiv",
        },
    ),
    *_named(
        HealthTopic.STATIN,
        {
            "atorvastatin": "atorvastatine, atorvastatina, Lipitor, Sortis, Tahor",
            "simvastatin": "simvastatine, simvastatina, Zocor",
            "rosuvastatin": "rosuvastatine, rosuvastatina, Crestor",
            "pravastatin": "pravastatine, pravastatina, Pravachol",
            "fluvastatin": "fluvastatine, fluvastatina, Lescol",
            "lovastatin": "lovastatine, lovastatina, Mevacor",
            "pitavastatin": "Livalo",
        },
    ),
    *_named(HealthTopic.FLUORESCEIN, {"fluorescein": "fluoresceine, Fluorescite"}),
)

CONDITION_CODES: Mapping[tuple[CodeSystem, str], HealthTopic] = {
    # Confidence V in facts 2.8; other granulomatous diseases there are unverified.
    (CodeSystem.SNOMED, "31541009"): HealthTopic.SARCOIDOSIS,
    (CodeSystem.ICD_10_CM, "D86.9"): HealthTopic.SARCOIDOSIS,
    (CodeSystem.SNOMED, "66931009"): HealthTopic.HYPERCALCAEMIA,
    (CodeSystem.ICD_10_CM, "E83.52"): HealthTopic.HYPERCALCAEMIA,
    (CodeSystem.SNOMED, "95570007"): HealthTopic.KIDNEY_STONES,
    (CodeSystem.ICD_10_CM, "N20.0"): HealthTopic.KIDNEY_STONES,
    (CodeSystem.SNOMED, "709044004"): HealthTopic.KIDNEY_DISEASE,
    (CodeSystem.ICD_10_CM, "N18.9"): HealthTopic.KIDNEY_DISEASE,
    (CodeSystem.SNOMED, "56717001"): HealthTopic.GRANULOMATOUS_DISEASE,
    (CodeSystem.ICD_10_CM, "A15.9"): HealthTopic.GRANULOMATOUS_DISEASE,
    (CodeSystem.SNOMED, "118600007"): HealthTopic.LYMPHOMA,
    (CodeSystem.ICD_10_CM, "C85.90"): HealthTopic.LYMPHOMA,
    (CodeSystem.SNOMED, "77386006"): HealthTopic.PREGNANCY,
    (CodeSystem.ICD_10_CM, "Z33.1"): HealthTopic.PREGNANCY,
    (CodeSystem.SNOMED, "396331005"): HealthTopic.MALABSORPTION,
    (CodeSystem.ICD_10_CM, "K90.0"): HealthTopic.MALABSORPTION,
    (CodeSystem.SNOMED, "190905008"): HealthTopic.MALABSORPTION,
    (CodeSystem.ICD_10_CM, "E84.9"): HealthTopic.MALABSORPTION,
}


def folded(text: str) -> str:
    """
    Return the words of a text without case, accents and marks, parted by one space.

    >>> folded("Préviscan® 20-mg")
    'previscan 20 mg'
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _by_folded_name(medicines: Iterable[Medicine]) -> dict[str, tuple[Medicine, str]]:
    """Return the curated names; the Latin one of a medicine follows from its own."""
    latin = {_in_latin(each.name): (each, each.name) for each in medicines}
    curated = {
        folded(name): (medicine, name)
        for medicine in medicines
        for name in reversed(medicine.called)  # of spellings alike the first is told
    }
    return latin | curated


def _in_latin(name: str) -> str:
    """
    Return a generic name as lists of Swiss, Polish and Czech pharmacies write it.

    >>> _in_latin("prednisolone"), _in_latin("warfarin")
    ('prednisolonum', 'warfarinum')
    """
    return folded(name).removesuffix("e") + "um"


_MEDICINE_BY_NAME = _by_folded_name(MEDICINES)
_MOST_WORDS = max(len(name.split()) for name in _MEDICINE_BY_NAME)
# Chinese, Japanese, Korean and Thai are written without blanks, or with endings.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u4e00-\u9fff]")
_UNSPACED_NAMES = {
    name.replace(" ", ""): known
    for name, known in _MEDICINE_BY_NAME.items()
    if _UNSPACED.search(name)
}
_ARABIC_THE = re.compile(r"\b\u0648?\u0627\u0644(?=\w{5})")  # also "and the"
_MEDICINE_BY_CODE = {
    code: medicine for medicine in MEDICINES for code in _CODES.get(medicine.name, ())
} | {(CodeSystem.ATC, code): _MEDICINE_BY_NAME[name][0] for code, name in _ATC.items()}


def recognise_medicine(name: str) -> MedicineMatch | None:
    """
    Return the medicines that the text names; None means that it was not checked.

    >>> recognise_medicine("Warfarin 5 MG Oral Tablet [Coumadin]").names
    ('warfarin',)
    """
    plain = folded(name)
    found = _known_in(plain)
    if not found and _ARABIC_THE.search(plain):
        found = _known_in(_ARABIC_THE.sub("", plain))
    if _UNSPACED.search(plain):
        whole = plain.replace(" ", "")
        found += [known for each, known in _UNSPACED_NAMES.items() if each in whole]
    return _match(list(dict.fromkeys(found)))


def _known_in(plain: str) -> list[tuple[Medicine, str]]:
    words = plain.split()
    return [
        _MEDICINE_BY_NAME[phrase]
        for start in range(len(words))
        for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1)
        if (phrase := " ".join(words[start:end])) in _MEDICINE_BY_NAME
    ]


def recognise_medicine_code(system: str, code: str) -> MedicineMatch | None:
    """Return the medicine of a code within its own system; None is "not checked"."""
    try:
        medicine = _MEDICINE_BY_CODE.get((system_of(system), code.strip()))
    except ValueError:
        return None
    return _match([(medicine, medicine.name)] if medicine else [])


def system_of(address: str) -> CodeSystem:
    """Return the system that an address stands for; raise ValueError for others."""
    return CodeSystem.ATC if address in _SYSTEMS_OF_ATC else CodeSystem(address)


def recognise_condition_code(system: str, code: str) -> HealthTopic | None:
    """Return the topic of a condition's code within its own system, if it has one."""
    try:
        return CONDITION_CODES.get((CodeSystem(system), code.strip()))
    except ValueError:
        return None


def _match(found: list[tuple[Medicine, str]]) -> MedicineMatch | None:
    if not found:
        return None
    return MedicineMatch(
        medicines=tuple(medicine for medicine, _written in found),
        written=tuple(written for _medicine, written in found),
    )


def not_checked(name: str) -> Sentence:
    """Return the sentence for a medicine whose name is not known here."""
    return Sentence(MEDICINE_NOT_CHECKED, {"name": name.strip()[:MOST_QUOTED]})


@dataclass(frozen=True, slots=True)
class ListedMedicine:
    """A medicine by the name somebody listed, with its first and last day if known."""

    name: str
    starts_on: date
    ended_on: date | None = None


def answers_from(
    medicines: Iterable[ListedMedicine], on: date
) -> tuple[TopicAnswer, ...]:
    """
    Return a yes to each topic that a listed medicine stands for.

    A medicine in use counts as asked today, so that an older "no" in the questions
    never hides a medicine that stands in the list.
    """
    return tuple(
        TopicAnswer(
            topic=topic,
            answer=HealthAnswer.YES,
            asked_on=on if listed.ended_on is None else listed.starts_on,
            detail=", ".join(match.written_for(topic)),
            ended_on=listed.ended_on,
            since=listed.starts_on,
        )
        for listed in medicines
        if (match := recognise_medicine(listed.name)) is not None
        for topic in sorted(match.topics)
    )
