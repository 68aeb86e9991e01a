//! Stories -> the titles that the search page reads: a list of title, address, source and day.

use super::checked;
use crate::model::ShownStory;
use chrono::NaiveDate;
use serde::Serialize;

/// One title. The order of the fields is that of `search.js`.
#[derive(Serialize)]
struct Title(
    String,
    /// The page of the story here, relative to the output folder; else at its source.
    Option<String>,
    String,
    NaiveDate,
);

/// Writes the titles of stories.
pub fn write(stories: &[ShownStory]) -> Result<String, super::Error> {
    let titles: Vec<_> = stories.iter().map(title).collect();
    serde_json::to_string(&titles).map_err(|error| super::Error::write("titles", error))
}

fn title(story: &ShownStory) -> Title {
    let story = checked::story(story);
    let at_source = story.url.or(story.external_url);
    Title(
        story.title,
        story.path.or(at_source),
        checked::line(&story.source.title),
        story.date_published.date_naive(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples;

    #[test]
    fn a_title_leads_to_our_page_if_there_is_one() {
        let mut told = samples::story("tag:a,2024:1", "Dam \"opens\"", "2024-06-14T23:30:00Z");
        let elsewhere = told.clone();
        told.path = Some("story/2024/06/x.html".to_owned());
        assert_eq!(
            write(&[told, elsewhere]).unwrap(),
            r#"[["Dam \"opens\"","story/2024/06/x.html","NATO","2024-06-14"],["Dam \"opens\"","https://nato.example/11","NATO","2024-06-14"]]"#
        );
    }
}
