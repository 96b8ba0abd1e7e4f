//! Whatever is half typed in a record file or the settings, and wherever the cursor stands, an editor is answered.

use servanda::ide::Reading;
use servanda::ide::records::{colours, complete, hover, layout, outline};
use servanda::ide::toml;
use servanda::project::{Project, Text, settings};
use servanda::time::Day;

const RULES: &str = include_str!("../lsp/files/delta/rules.treaty");
const RECORDS: &str = include_str!("../lsp/files/delta/records/events.toml");
const SETTINGS: &str = include_str!("../lsp/files/delta/servanda.toml");

#[test]
fn a_record_file_is_answered_for_after_every_letter() {
    let ends = RECORDS.char_indices().map(|(at, _)| at);
    for end in ends.chain([RECORDS.len()]).step_by(7) {
        let reading = reading(&RECORDS[..end], SETTINGS);
        ask_everything(
            &reading,
            "records.toml",
            &[end, end.saturating_sub(1), end / 2, usize::MAX],
        );
    }
}

#[test]
fn settings_are_answered_for_after_every_letter() {
    for end in 0..=SETTINGS.len() {
        let reading = reading(RECORDS, &SETTINGS[..end]);
        ask_everything(&reading, "servanda.toml", &[0, end, usize::MAX]);
    }
}

#[test]
fn what_is_no_toml_is_answered_for() {
    for text in [
        "\u{feff}[[event]]\r\nkind = \"😀",
        "[[[[[[[[",
        "= = = =\n]]]]}}}}\n",
        "kind = {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{",
        "[sources.\"a\n\"\"\"\n'''\n",
        "[[event]]\nkind = \"build\"\nby = [{in = [{by = ",
        "\0\0[\0]\0=\0",
        "[[event]]\nا = \"ب\nکلید = ",
    ] {
        let reading = reading(text, text);
        let every: Vec<usize> = (0..=text.len() + 1).collect();
        ask_everything(&reading, "records.toml", &every);
        ask_everything(&reading, "servanda.toml", &every);
    }
}

fn reading(records: &str, written: &str) -> Reading {
    let mut project = Project::default();
    let id = project.sources.add("servanda.toml", written);
    let settings = settings(project.sources.get(id));
    let mut reader = |name: &str| {
        let text = if name == "records.toml" {
            records
        } else {
            RULES
        };
        Ok(Text::from_bytes(text.as_bytes().to_vec()))
    };
    project.add_rules("rules.treaty", &mut reader).unwrap();
    project.add_records("records.toml", &mut reader).unwrap();
    Reading::new(project, settings, &Reading::default())
}

/// Asks whatever an editor may ask; every place in an answer must be one of the text.
fn ask_everything(reading: &Reading, name: &str, offsets: &[usize]) {
    let file = reading.file(name).unwrap();
    let toml = toml::read(file);
    let today: Day = "2024-06-01".parse().unwrap();
    let mut places = Vec::new();
    places.extend(outline::outline(file, &toml).iter().map(|it| it.span));
    places.extend(layout::folding(file, &toml).iter().map(|it| it.span));
    places.extend(
        layout::links(&reading.project, file, &toml)
            .iter()
            .map(|it| it.span),
    );
    let words = colours::colours(reading, file, &toml);
    assert!(
        words
            .windows(2)
            .all(|pair| pair[0].span.end <= pair[1].span.start),
        "{:?}",
        file.text()
    );
    places.extend(words.iter().map(|it| it.span));
    for &offset in offsets {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let offers = complete::offers(reading, file, &toml, offset, today);
        places.extend(
            offers
                .iter()
                .map(|it| it.replaced)
                .filter(|it| it.end as usize <= file.text().len()),
        );
        places.extend(hover::hover(reading, None, file, &toml, offset).map(|it| it.span));
        let around = layout::selection(file, &toml, offset);
        assert!(
            around
                .windows(2)
                .all(|pair| pair[1].start <= pair[0].start && pair[0].end <= pair[1].end)
        );
        places.extend(around);
    }
    for place in places {
        let text = file.text().get(place.start as usize..place.end as usize);
        let inside = text.is_some() || (place.start == place.end);
        assert!(inside, "{place:?} in {:?}", file.text());
    }
}
