//! Names of months and weekdays, and filler words of dates, in the large languages. Folded: lower
//! case, without accents.

/// Names by month. A word of three letters or more may also be the beginning of a name (`Sept.`); a
/// name of five letters or more may be the beginning of a word (`januárja`).
const MONTHS: [&str; 12] = [
    "jan january januar janvier enero gennaio janeiro januari ene gen ledna leden stycznia styczen \
     ianuarie tammikuuta tammikuu ocak oca января январь янв січня січень януари ιανουαριου \
     ιανουαριος gener يناير ינואר जनवरी sty",
    "feb february februar fevrier febrero febbraio fevereiro februari fev unora unor lutego luty \
     februarie helmikuuta helmikuu subat февраля февраль фев лютого лютий февруари φεβρουαριου \
     φεβρουαριος febrer فبراير פברואר फरवरी lut",
    "mar march marz maerz mrz mars marzo marco maart maret mrt brezna brezen marca marzec martie \
     marcius maaliskuuta maaliskuu mart марта март мар березня березень μαρτιου μαρτιος μαρ μαω \
     مارس מרץ मार्च marts",
    "apr april avril abril aprile avr abr dubna duben kwietnia kwiecien aprilie aprilis apriliu \
     huhtikuuta huhtikuu nisan апреля апрель апр квітня квітень април απριλιου απριλιος απρ \
     أبريل ابريل אפריל अप्रैल kwi",
    "may mai mayo maggio maio mei mag maj maja kvetna kveten majus toukokuuta toukokuu mayis мая \
     май травня травень μαιου μαιος μαι maig مايو מאי मई",
    "jun june juni juin junio giugno junho giu cervna cerven czerwca czerwiec iunie junius \
     kesakuuta kesakuu haziran июня июнь июн червня червень юни ιουνιου ιουνιος ιουν ιον juny \
     يونيو יוני जून cze",
    "jul july juli juillet juil julio luglio julho lug cervence cervenec lipca lipiec iulie julius \
     heinakuuta heinakuu temmuz июля июль июл липня липень юли ιουλιου ιουλιος ιουλ ιολ juliol \
     يوليو יולי जुलाई lip",
    "aug august aout agosto augustus ago srpna srpen sierpnia sierpien augusztus elokuuta elokuu \
     agustos agustus августа август авг серпня серпень αυγουστου αυγουστος αυγ agost أغسطس אוגוסט \
     अगस्त sie",
    "sep sept september septembre septiembre settembre setembro set setiembre zari wrzesnia wrzesien \
     septembrie szeptember szept syyskuuta syyskuu eylul сентября сентябрь сен сент вересня вересень \
     септември σεπτεμβριου σεπτεμβριος σεπ setembre سبتمبر ספטמבר सितंबर wrz",
    "oct october oktober okt octobre octubre ottobre outubro ott out rijna rijen pazdziernika \
     pazdziernik octombrie lokakuuta lokakuu ekim oktobra октября октябрь окт жовтня жовтень \
     октомври οκτωβριου οκτωβριος οκτ أكتوبر אוקטובר अक्टूबर paz",
    "nov november novembre noviembre novembro listopadu listopad listopada noiembrie marraskuuta \
     marraskuu kasim ноября ноябрь ноя листопада листопад ноември νοεμβριου νοεμβριος νοε نوفمبر \
     נובמבר नवंबर lis",
    "dec december dezember dez decembre diciembre dicembre dezembro dic prosince prosinec grudnia \
     grudzien decembrie joulukuuta joulukuu aralik desember des декабря декабрь дек грудня грудень \
     декември δεκεμβριου δεκεμβριος δεκ desembre ديسمبر דצמבר दिसंबर gru",
];

/// Days of the week. A wrong one is not an error, so they need not be distinguished.
const WEEKDAYS: &str = "mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday \
    thursday friday saturday sunday mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag \
    samstag sonnabend sonntag lun mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi \
    dimanche lunes martes mie miercoles jue jueves vie viernes sab sabado dom domingo lunedi mar \
    martedi mercoledi gio giovedi venerdi sabato domenica seg segunda ter terca qua quarta qui \
    quinta sex sexta feira ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
    man mandag tir tirsdag ons onsdag tor torsdag fre fredag lor lordag sondag mandags tis tisdag \
    lordags pon poniedzialek wt wtorek sr sroda czw czwartek pt piatek sobota niedz niedziela pondeli \
    utery streda ctvrtek patek nedele hetfo kedd szerda csutortok pentek szombat vasarnap maanantai \
    tiistai keskiviikko torstai perjantai lauantai sunnuntai pazartesi sali carsamba persembe cuma \
    cumartesi pazar luni marti miercuri joi vineri sambata duminica пн вт ср чт пт сб вс понедельник \
    вторник среда четверг пятница суббота воскресенье понеділок вівторок середа четвер пятниця субота \
    неділя δευ τρι τετ πεμ παρ σαβ κυρ δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυριακη";

/// Words without a meaning for the date.
const FILLERS: &str = "at on of the de del do da dos des du le la les el las los il den der dem \
    dnia a as um am im vom kl klo kello ore alle alla ora г года в о o'clock um uhr publie \
    veroffentlicht publicado pubblicato published posted updated date created added st nd rd th er \
    ere o e t";

/// The month of a folded word, 1-12.
pub(super) fn month(word: &str) -> Option<u32> {
    let names = || (1..).zip(MONTHS.iter().map(|names| names.split_ascii_whitespace()));
    let exact = names().find(|(_, names)| names.clone().any(|name| name == word));
    if let Some((month, _)) = exact {
        return Some(month);
    }
    let length = word.chars().count();
    if length < 3 {
        return None;
    }
    let mut alike = names().filter(|(_, names)| {
        names.clone().any(|name| {
            name.starts_with(word)
                || name.len() >= 5 && word.starts_with(name) && word.len() - name.len() <= 8
        })
    });
    let (month, _) = alike.next()?;
    // `cerv` may be June or July.
    alike.next().is_none().then_some(month)
}

/// Whether a folded word is a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    is_among(WEEKDAYS, word)
}

/// Whether a folded word has no meaning for the date.
pub(super) fn is_filler(word: &str) -> bool {
    is_among(FILLERS, word)
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_months() {
        let mut seen = std::collections::HashMap::new();
        for (month, names) in (1_u32..).zip(MONTHS) {
            for name in names.split_ascii_whitespace() {
                assert_eq!(*seen.entry(name).or_insert(month), month, "{name}");
            }
        }
    }

    #[test]
    fn beginnings_and_endings_of_names_are_known() {
        assert_eq!(month("sept"), Some(9));
        assert_eq!(month("janua"), Some(1));
        assert_eq!(month("februari"), Some(2));
        assert_eq!(month("juniusban"), Some(6));
        assert_eq!(month("zzz"), None);
        assert_eq!(month("ma"), None);
    }
}
