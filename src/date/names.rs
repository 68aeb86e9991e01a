//! Names of months and weekdays, and filler words of dates, in the large languages. Folded: lower
//! case, without accents.

use chrono::Weekday;

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

/// Names of the days of the week, Monday first.
const WEEKDAYS: [&str; 7] = [
    "mon monday mo montag lun lundi lunes lunedi seg segunda ma maandag man mandag mandags pon \
     poniedzialek pondeli hetfo maanantai pazartesi luni пн понедельник понеділок δευ δευτερα",
    "tue tues tuesday di dienstag dinsdag mar mardi martes martedi ter terca tir tirsdag tis tisdag \
     wt wtorek utery kedd tiistai sali marti вт вторник вівторок τρι τριτη",
    "wed weds wednesday mi mittwoch mer mercredi mie miercoles mercoledi qua quarta wo woensdag ons \
     onsdag sr sroda streda szerda keskiviikko carsamba miercuri ср среда середа τετ τεταρτη",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedi qui quinta donderdag tor \
     torsdag czw czwartek ctvrtek csutortok torstai persembe joi чт четверг четвер πεμ πεμπτη",
    "fri friday fr freitag ven vendredi vie viernes venerdi sex sexta vr vrijdag fre fredag pt piatek \
     patek pentek perjantai cuma vineri пт пятница παρ παρασκευη",
    "sat saturday sa samstag sonnabend sam samedi sab sabado sabato za zaterdag lor lordag lordags \
     sobota szombat lauantai cumartesi sambata сб суббота субота σαβ σαββατο",
    "sun sunday so sonntag dim dimanche dom domingo domenica zo zondag sondag niedz niedziela nedele \
     vasarnap sunnuntai pazar duminica вс воскресенье неділя κυρ κυριακη",
];

/// Words without a meaning for the date.
const FILLERS: &str = "at on of the de del do da dos des du le la les el las los il den der dem \
    dnia a as um am im vom kl klo kello ore alle alla ora г года в о o'clock um uhr publie \
    veroffentlicht publicado pubblicato published posted updated date created added st nd rd th er \
    ere o e t feira";

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

/// The day of the week of a folded word.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let day = WEEKDAYS.iter().position(|names| is_among(names, word))?;
    Weekday::try_from(u8::try_from(day).ok()?).ok()
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
    fn no_name_stands_for_two_months_or_two_weekdays() {
        for rows in [&MONTHS[..], &WEEKDAYS] {
            let mut seen = std::collections::HashMap::new();
            for (row, names) in rows.iter().enumerate() {
                for name in names.split_ascii_whitespace() {
                    assert_eq!(*seen.entry(name).or_insert(row), row, "{name}");
                }
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
