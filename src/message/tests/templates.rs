//! Templates of users.

use super::{source, story};
use crate::message::{Form, Kind, Limit, Occasion, Template, compose};
use crate::model::{Cursor, NoticeKind};

fn made(template: &str, form: Form) -> String {
    Template::new(template, form)
        .unwrap()
        .compose(&story(), &Occasion::default())
        .unwrap()
        .text
}

#[test]
fn values_are_escaped_for_the_kind() {
    let template = "{{ title }} {{ url }}\n{% if tags %}\n[{{ tags | join(', ') }}]\n{% endif %}\n{{ seq }} {{ external_url }}";
    for (kind, expected) in [
        (
            Kind::Telegram,
            "Ferries &amp; &lt;trains&gt; late https://post.example/ferries?a=1&amp;b=2\n[storm, R&amp;D]\n1",
        ),
        (
            Kind::Slack,
            "Ferries &amp; &lt;trains&gt; late https://post.example/ferries?a=1&amp;b=2\n[storm, R&amp;D]\n1",
        ),
        (
            Kind::Discord,
            "Ferries & \\<trains\\> late https://post.example/ferries?a=1&b=2\n[storm, R&D]\n1",
        ),
        (
            Kind::Line,
            "Ferries & <trains> late https://post.example/ferries?a=1&b=2 [storm, R&D] 1",
        ),
    ] {
        assert_eq!(made(template, Form::of(kind)), expected);
    }
}

#[test]
fn a_filter_of_the_kind_escapes_once_and_one_of_another_kind_is_text() {
    let once = "Ferries &amp; &lt;trains&gt; late";
    for template in [
        "{{ title | telegram }}",
        "{{ title | e }}",
        "{{ title | telegram | telegram }}",
    ] {
        assert_eq!(made(template, Form::of(Kind::Telegram)), once);
    }
    assert_eq!(made("{{ title | plain }}", Form::of(Kind::Telegram)), once);
    assert_eq!(made("{{ title | html }}", Form::of(Kind::Plain)), once);
}

#[test]
fn headline_and_text_have_markup() {
    let text = made("{{ headline }}: {{ text }}", Form::of(Kind::Slack));
    let begin = "*<https://post.example/ferries?a=1&amp;b=2|Ferries &amp; &lt;trains&gt; late>*: *Storm*\n\nNo *ferries*";
    assert!(text.starts_with(begin), "{text}");
}

#[test]
fn what_is_too_long_is_made_with_less_text() {
    let fitted = |max| {
        let mut form = Form::of(Kind::Telegram);
        form.limit = Limit::chars(max);
        made("<b>{{ title }}</b>\n<i>{{ summary }}</i>", form)
    };
    assert_eq!(
        fitted(60),
        "<b>Ferries &amp; &lt;trains&gt; late</b>\n<i>Storm over…</i>"
    );
    assert_eq!(
        fitted(50),
        "<b>Ferries &amp; &lt;trains&gt; late</b>\n<i></i>"
    );
    assert_eq!(fitted(25), "<b>Ferries…</b>\n<i></i>");
    // Nothing of it fits.
    assert_eq!(fitted(13), "<b>…</b>");
}

#[test]
fn a_template_that_writes_nothing_leaves_the_message_as_it_is() {
    let form = Form::of(Kind::Plain);
    assert_eq!(
        made(" {# nothing #} ", form.clone()),
        compose(&story(), &form)[0].text
    );
}

#[test]
fn a_wrong_template_is_found_with_line_and_column() {
    for (template, place, reason) in [
        ("a\n  {{ title", (2, 6), "expected end of variable block"),
        (
            "{{ title }}\nø {{ nonsense }}",
            (2, 6),
            "`nonsense` is undefined",
        ),
        ("{{ title | shout }}", (1, 12), "filter shout is unknown"),
        ("{% for a in tags %}x", (1, 20), "unexpected end of input"),
    ] {
        let fault = Template::new(template, Form::of(Kind::Plain)).unwrap_err();
        assert_eq!(
            (fault.line, fault.column),
            (Some(place.0), Some(place.1)),
            "{template} {fault}"
        );
        assert!(fault.reason.contains(reason), "{fault}");
    }
}

#[test]
fn a_template_without_end_is_stopped() {
    for template in [
        "{% for a in range(100000) %}{% for b in range(100000) %}{{ b }}{% endfor %}{% endfor %}",
        "{{ 'x' * 100000000 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ] {
        let fault = Template::new(template, Form::of(Kind::Plain));
        assert!(fault.is_err(), "{template}");
    }
}

#[test]
fn a_fault_says_what_a_template_may_use() {
    let fault = Template::new("{{ tilte }}", Form::of(Kind::Plain)).unwrap_err();
    let advice = fault.advice();
    let names = advice.split("there are ").nth(1).unwrap();
    let names = names.split(':').next().unwrap();
    // Each of them is there.
    for name in names.split(", ") {
        let template = format!("{{{{ {name} }}}}");
        assert!(
            Template::new(&template, Form::of(Kind::Plain)).is_ok(),
            "{name}"
        );
    }
    assert!(
        Template::new(
            "{% for a in also %}{{ a.sorce }}{% endfor %}",
            Form::of(Kind::Plain)
        )
        .is_err()
    );
}

#[test]
fn a_template_may_say_why_a_story_is_told() {
    let template = "{% if notice == 'changed' %}Corrected: {% endif %}{{ source }} {{ cursor }}";
    let template = Template::new(template, Form::of(Kind::Plain)).unwrap();
    let occasion = Occasion {
        notice: Some(NoticeKind::Changed),
        cursor: Some(Cursor {
            store: "ab".to_owned(),
            number: 4,
        }),
    };
    let message = template.compose(&story(), &occasion).unwrap();
    assert_eq!(message.text, "Corrected: Post ab-4");
}

#[test]
fn a_story_cannot_write_a_template() {
    let template = Template::new("{{ title }}|{{ source }}", Form::of(Kind::Plain)).unwrap();
    let mut story = story();
    story.title = "{{ seq }}\n{% raw %}".to_owned();
    story.source = source("{# x");
    assert_eq!(
        template.compose(&story, &Occasion::default()).unwrap().text,
        "{{ seq }} {% raw %}|{# x"
    );
}

#[test]
fn bluesky_matrix_and_mail_get_what_they_need() {
    let template = |kind| Template::new("{{ title }} {{ url }}", Form::of(kind)).unwrap();
    let message = template(Kind::Bluesky)
        .compose(&story(), &Occasion::default())
        .unwrap();
    let link = &message.links[0];
    assert_eq!(&message.text[link.start..link.end], link.url);
    for kind in [Kind::Matrix, Kind::Mail] {
        let message = template(kind)
            .compose(&story(), &Occasion::default())
            .unwrap();
        assert_eq!(
            message.plain.as_deref(),
            Some("Ferries & <trains> late https://post.example/ferries?a=1&b=2")
        );
    }
}
