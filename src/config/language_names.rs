//! What people write for a language -> its tag (RFC 5646): names, codes of three letters where there is
//! one of two, and codes of countries that are no languages.

/// Tag; English name, own name, codes of ISO 639-2, code of a country that is no language.
const NAMES: &[(&str, &str)] = &[
    ("ar", "arabic العربية ara"),
    ("bg", "bulgarian български bul"),
    ("bn", "bengali বাংলা ben"),
    ("ca", "catalan català cat"),
    ("cs", "czech čeština česky cze ces cz"),
    ("cy", "welsh cymraeg wel cym"),
    ("da", "danish dansk dan dk"),
    ("de", "german deutsch ger deu at"),
    ("el", "greek ελληνικά gre ell gr"),
    ("en", "english eng us gb"),
    ("eo", "esperanto epo"),
    ("es", "spanish español castellano spa mx"),
    ("et", "estonian eesti est"),
    ("eu", "basque euskara baq eus"),
    ("fa", "persian farsi فارسی per fas"),
    ("fi", "finnish suomi fin"),
    ("fr", "french français francais fre fra"),
    ("ga", "irish gaeilge gle"),
    ("gl", "galician galego glg"),
    ("he", "hebrew עברית heb"),
    ("hi", "hindi हिन्दी hin"),
    ("hr", "croatian hrvatski hrv"),
    ("hu", "hungarian magyar hun"),
    ("id", "indonesian bahasa ind"),
    ("is", "icelandic íslenska ice isl"),
    ("it", "italian italiano ita"),
    ("ja", "japanese 日本語 jpn jp"),
    ("ko", "korean 한국어 kor"),
    ("lt", "lithuanian lietuvių lit"),
    ("lv", "latvian latviešu lav"),
    ("mt", "maltese malti mlt"),
    ("nl", "dutch nederlands flemish dut nld"),
    ("no", "norwegian norsk nor"),
    ("pl", "polish polski pol"),
    ("pt", "portuguese português portugues por"),
    ("ro", "romanian română rum ron"),
    ("ru", "russian русский rus"),
    ("sk", "slovak slovenčina slo slk"),
    ("sl", "slovene slovenian slovenščina slv"),
    ("sq", "albanian shqip alb sqi"),
    ("sr", "serbian српски srpski srp"),
    ("sv", "swedish svenska swe"),
    ("th", "thai ไทย tha"),
    ("tr", "turkish türkçe tur"),
    ("uk", "ukrainian українська ukr ua"),
    ("vi", "vietnamese việt vie vn"),
    ("zh", "chinese 中文 mandarin chi zho cn"),
];

/// The tag of a language that is named otherwise: `en` for `English`, `eng` or `english (UK)`.
pub(super) fn tag_of(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let word = text
        .split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .find(|word| !word.is_empty())?;
    let named = |names: &str| names.split(' ').any(|name| name == word);
    NAMES
        .iter()
        .find(|(_, names)| named(names))
        .map(|(tag, _)| *tag)
}

/// Signs of Indic scripts and Thai, which are parts of words.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::language;

    #[test]
    fn a_name_or_another_code_leads_to_the_tag() {
        for (text, tag) in [
            ("english", "en"),
            ("English", "en"),
            ("Deutsch", "de"),
            ("FRANÇAIS", "fr"),
            ("eng", "en"),
            ("ger", "de"),
            ("english (UK)", "en"),
            ("हिन्दी", "hi"),
            ("jp", "ja"),
        ] {
            assert_eq!(tag_of(text), Some(tag), "{text}");
        }
        for text in ["", "en", "de-AT", "klingon", "gsw", "nds"] {
            assert_eq!(tag_of(text), None, "{text}");
        }
    }

    #[test]
    fn every_tag_is_one() {
        assert!(NAMES.iter().all(|(tag, _)| language::tag(tag).is_some()));
    }
}
