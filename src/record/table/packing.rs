//! How a table is packed and encoded: from the bytes of its file to the text that is read.
//!
//! The end of its name says how it is packed; its mapping says how it is encoded, where that is not UTF-8.

use std::borrow::Cow;
use std::io::Read;

use toml::de::{DeTable, DeValue};

use crate::source::SourceFile;

/// How bytes stand for letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or UTF-16 where the file begins with its mark.
    #[default]
    Utf8,
    /// UTF-16; without a mark, the smaller byte of each pair comes first.
    Utf16,
    /// ISO 8859-1: each byte is the letter of that number.
    Latin1,
    /// What programs of Windows call ANSI in the west: Latin-1 with letters where that has controls.
    Windows1252,
}

/// The encodings by their names in mappings.
pub(super) const ENCODINGS: [(&str, Encoding); 4] = [
    ("utf-8", Encoding::Utf8),
    ("utf-16", Encoding::Utf16),
    ("latin-1", Encoding::Latin1),
    ("windows-1252", Encoding::Windows1252),
];

/// A text, and the first place of it that is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Unpacked {
    pub text: String,
    pub damaged_at: Option<usize>,
}

/// Says whether the end of a name is that of a table.
#[must_use]
pub fn is_table_name(path: &str) -> bool {
    const ENDS: [&str; 9] = [
        "csv", "tsv", "tab", "jsonl", "ndjson", "json", "geojson", "xlsx", "parquet",
    ];
    ENDS.contains(&end_of(&bare_name(path)))
}

/// Says whether the end of a name is that of a file whose bytes are no text.
#[must_use]
pub fn is_packed_name(path: &str) -> bool {
    const ENDS: [&str; 4] = ["gz", "zst", "xlsx", "parquet"];
    ENDS.contains(&end_of(&path.to_lowercase()))
}

fn end_of(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, end)| end)
}

/// Gives a name without what only says how the file is packed, in small letters.
pub(super) fn bare_name(path: &str) -> String {
    let name = path.to_lowercase();
    let bare = [".gz", ".zst"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    bare.unwrap_or(&name).to_owned()
}

/// Gives the encoding that a mapping names; the usual one where it names none, or none that there is.
#[must_use]
pub fn encoding(mapping: &SourceFile) -> Encoding {
    let (table, _) = DeTable::parse_recoverable(mapping.text());
    let Some(DeValue::String(name)) = table.get_ref().get("encoding").map(toml::Spanned::get_ref)
    else {
        return Encoding::default();
    };
    let known = ENCODINGS.iter().find(|(known, _)| name.as_ref() == *known);
    known.map_or(Encoding::default(), |(_, encoding)| *encoding)
}

/// The largest table that is unpacked, so that a small file cannot fill the memory. Unit: bytes.
const LARGEST: u64 = u32::MAX as u64;

/// Gives the text of a table.
///
/// # Errors
///
/// Why it cannot be unpacked, as a fragment for people.
pub fn unpack(path: &str, bytes: &[u8], encoding: Encoding) -> Result<Unpacked, String> {
    match end_of(&bare_name(path)) {
        "parquet" => {
            return Err("Parquet is not supported yet; export it as CSV or JSON Lines".to_owned());
        }
        "xlsx" => return Err("XLSX is not supported yet; save the sheet as CSV".to_owned()),
        _ => {}
    }
    let bytes = match end_of(&path.to_lowercase()) {
        "gz" => Cow::Owned(whole(flate2::read::MultiGzDecoder::new(bytes), "gzip")?),
        "zst" => Cow::Owned(zstd(bytes)?),
        _ => Cow::Borrowed(bytes),
    };
    Ok(decode(bytes, encoding))
}

fn zstd(mut bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut all = Vec::new();
    // A file may be several frames one after the other.
    while !bytes.is_empty() {
        let reader = ruzstd::decoding::StreamingDecoder::new(&mut bytes);
        let reader = reader.map_err(|error| format!("it is no zstd file: {error}"))?;
        all.append(&mut whole(reader, "zstd")?);
        if all.len() as u64 > LARGEST {
            return Err(too_large());
        }
    }
    Ok(all)
}

fn whole(reader: impl Read, what: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    match reader.take(LARGEST + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 > LARGEST => Err(too_large()),
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!("its {what} packing is damaged: {error}")),
    }
}

fn too_large() -> String {
    "it is larger than 4 GiB once unpacked; cut it into smaller tables".to_owned()
}

fn decode(bytes: Cow<'_, [u8]>, encoding: Encoding) -> Unpacked {
    let whole = |text| Unpacked {
        text,
        damaged_at: None,
    };
    match (encoding, bytes.as_ref()) {
        (Encoding::Latin1, bytes) => whole(bytes.iter().map(|byte| char::from(*byte)).collect()),
        (Encoding::Windows1252, bytes) => whole(bytes.iter().map(|byte| western(*byte)).collect()),
        (Encoding::Utf8 | Encoding::Utf16, [0xff, 0xfe, rest @ ..]) => {
            wide(rest, u16::from_le_bytes)
        }
        (Encoding::Utf8 | Encoding::Utf16, [0xfe, 0xff, rest @ ..]) => {
            wide(rest, u16::from_be_bytes)
        }
        (Encoding::Utf16, rest) => wide(rest, u16::from_le_bytes),
        (Encoding::Utf8, _) => match String::from_utf8(bytes.into_owned()) {
            Ok(text) => whole(text),
            Err(error) => Unpacked {
                damaged_at: Some(error.utf8_error().valid_up_to()),
                text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
            },
        },
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Unpacked {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut damaged_at = None;
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        if letter.is_err() {
            damaged_at.get_or_insert(text.len());
        }
        text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !odd.is_empty() {
        damaged_at.get_or_insert(text.len());
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Unpacked { text, damaged_at }
}

/// Gives the letter of a byte of Windows-1252; the five bytes without one are controls, as browsers have it.
fn western(byte: u8) -> char {
    const LETTERS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let letter = byte.checked_sub(0x80).map(usize::from);
    let letter = letter.and_then(|at| LETTERS.get(at));
    letter.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;
    use std::io::Write as _;

    fn read(path: &str, bytes: &[u8], encoding: Encoding) -> (String, Option<usize>) {
        let found = unpack(path, bytes, encoding).unwrap();
        (found.text, found.damaged_at)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn bytes_are_letters_by_their_encoding() {
        let text = |text: &str| (text.to_owned(), None);
        let plain = |bytes, encoding| read("x.csv", bytes, encoding);
        assert_eq!(plain("é€".as_bytes(), Encoding::Utf8), text("é€"));
        assert_eq!(plain(b"\xe9\x80", Encoding::Latin1), text("é\u{80}"));
        assert_eq!(plain(b"\xe9\x80\x93", Encoding::Windows1252), text("é€“"));
        assert_eq!(plain(b"\xff\xfea\0\xac\x20", Encoding::Utf8), text("a€"));
        assert_eq!(plain(b"\xfe\xff\0a\x20\xac", Encoding::Utf16), text("a€"));
        assert_eq!(plain(b"a\0\x3d\xd8\x00\xde", Encoding::Utf16), text("a😀"));
    }

    #[test]
    fn the_first_damage_is_found() {
        let plain = |bytes, encoding| read("x.csv", bytes, encoding);
        assert_eq!(
            plain(b"ab\xe9c", Encoding::Utf8),
            ("ab\u{fffd}c".to_owned(), Some(2))
        );
        assert_eq!(
            plain(b"a\0\x3d\xd8", Encoding::Utf16),
            ("a\u{fffd}".to_owned(), Some(1))
        );
        assert_eq!(
            plain(b"a\0b", Encoding::Utf16),
            ("a\u{fffd}".to_owned(), Some(1))
        );
    }

    #[test]
    fn packed_files_are_unpacked() {
        let text = "date,by\n2021-01-01,us\n".repeat(100);
        let packed = gzip(&text);
        let whole = (text.clone(), None);
        assert_eq!(read("x.csv.gz", &packed, Encoding::Utf8), whole);
        let twice = [gzip(&text), gzip(&text)].concat();
        let found = read("X.CSV.GZ", &twice, Encoding::Utf8);
        assert_eq!(found.0, text.repeat(2));
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        let packed = ruzstd::encoding::compress_to_vec(text.as_bytes(), level);
        assert_eq!(read("x.csv.zst", &packed, Encoding::Utf8), whole);
        let twice = [packed.clone(), packed].concat();
        let found = read("x.csv.zst", &twice, Encoding::Utf8);
        assert_eq!(found.0, text.repeat(2));
    }

    #[test]
    fn damaged_packing_is_told() {
        let packed = gzip(&"date,by\n".repeat(100));
        let cut = packed.get(..packed.len() / 2).unwrap();
        for (path, bytes) in [
            ("x.csv.gz", cut),
            ("x.csv.gz", b"date,by\n"),
            ("x.csv.zst", b"date,by\n"),
            ("x.parquet", b"PAR1"),
            ("x.xlsx", b"PK"),
        ] {
            assert!(unpack(path, bytes, Encoding::Utf8).is_err(), "{path}");
        }
    }

    #[test]
    fn tables_are_known_by_their_names() {
        for name in ["a.csv", "A.CSV", "b.tsv.gz", "c.jsonl.zst", "d.geojson"] {
            assert!(is_table_name(name), "{name}");
        }
        for name in ["a.toml", "/dev/fd/63", "csv", "a.gz"] {
            assert!(!is_table_name(name), "{name}");
        }
    }
}
