//! Bytes that are no text -> what they are, by their first bytes. Hot-link protection and
//! placeholders answer with a picture, and download addresses with an archive. Text may stand in
//! such a file too: XMP in a picture is RDF.

/// Bytes in which a file that is no text shows that.
const HEAD: usize = 512;

/// How files begin, at an offset -> what they are. Only beginnings that no text has by accident.
const BEGINNINGS: [(usize, &[u8], &str); 40] = [
    (0, b"\x89PNG\r\n", "a picture (PNG)"),
    (0, b"\xFF\xD8\xFF", "a picture (JPEG)"),
    (0, b"GIF87a", "a picture (GIF)"),
    (0, b"GIF89a", "a picture (GIF)"),
    (8, b"WEBP", "a picture (WebP)"),
    (0, b"\0\0\x01\0", "a picture (ICO)"),
    (0, b"II*\0", "a picture (TIFF)"),
    (0, b"MM\0*", "a picture (TIFF)"),
    (0, b"8BPS\0", "a picture (PSD)"),
    (0, b"\0\0\0\x0CjP  ", "a picture (JPEG 2000)"),
    (0, b"\xFF\x0A", "a picture (JPEG XL)"),
    (4, b"ftypavif", "a picture (AVIF)"),
    (4, b"ftypheic", "a picture (HEIC)"),
    (4, b"ftypmif1", "a picture (HEIC)"),
    (4, b"ftypM4A", "audio (MP4)"),
    (4, b"ftyp", "a video (MP4)"),
    (8, b"AVI ", "a video (AVI)"),
    (0, b"\x1A\x45\xDF\xA3", "a video (Matroska or WebM)"),
    (0, b"FLV\x01", "a video (Flash)"),
    (0, b"ID3\x02", "audio (MP3)"),
    (0, b"ID3\x03", "audio (MP3)"),
    (0, b"ID3\x04", "audio (MP3)"),
    (0, b"OggS\0", "audio or a video (Ogg)"),
    (0, b"fLaC\0", "audio (FLAC)"),
    (8, b"WAVE", "audio (WAV)"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"PK\x05\x06", "a ZIP archive"),
    (0, b"\x1F\x8B\x08", "a gzip archive"),
    (0, b"BZh91AY&SY", "a bzip2 archive"),
    (0, b"\xFD7zXZ\0", "an xz archive"),
    (0, b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
    (0, b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (0, b"Rar!\x1A\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x7FELF", "an executable file"),
    (0, b"\xCF\xFA\xED\xFE", "an executable file"),
    (0, b"\0asm", "an executable file"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (
        0,
        b"\xD0\xCF\x11\xE0\xA1\xB1",
        "a document of an office program",
    ),
];

/// What a file is that is no text; none if it is text or not known.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    let found = BEGINNINGS.iter().find(|(at, beginning, _)| {
        bytes
            .get(*at..)
            .is_some_and(|rest| rest.starts_with(beginning))
            // `WEBP`, `WAVE` and `AVI ` name the contents of a RIFF file.
            && (*at != 8 || bytes.starts_with(b"RIFF"))
    });
    found.map(|(_, _, kind)| *kind).or_else(|| ambiguous(bytes))
}

/// Beginnings that are letters or few bits, so the bytes after them must not be text either.
fn ambiguous(bytes: &[u8]) -> Option<&'static str> {
    if !is_binary(bytes) {
        return None;
    }
    match bytes {
        [b'M', b'Z', ..] => Some("an executable file"),
        [b'B', b'M', ..] => Some("a picture (BMP)"),
        [b'F' | b'C' | b'Z', b'W', b'S', ..] => Some("a Flash file"),
        [b'B', b'Z', b'h', ..] => Some("a bzip2 archive"),
        [b'w', b'O', b'F', b'F' | b'2', ..] => Some("a font"),
        // The frame header of MPEG audio: eleven bits, a version and a layer that exist.
        [0xFF, second, ..] if second & 0xE0 == 0xE0 && second & 0x06 != 0 => {
            Some("audio (MP3 or AAC)")
        }
        _ => None,
    }
}

/// Whether bytes hold what no text holds: NUL, in an encoding that has no zeros of its own, or
/// several other control characters.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    /// So many control characters are no accident.
    const SEVERAL: usize = 4;
    let is_control = |b: &&u8| matches!(b, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    let head = &bytes[..bytes.len().min(HEAD)];
    !super::encoding::is_wide(bytes)
        && (head.contains(&0) || head.iter().filter(is_control).count() >= SEVERAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let mut tar = vec![0; 600];
        tar[..5].copy_from_slice(b"a.txt");
        tar[257..262].copy_from_slice(b"ustar");
        let table: [(&[u8], Option<&str>); 16] = [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some("a picture (JPEG)")),
            (b"GIF89a\x01\0\x01\0", Some("a picture (GIF)")),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some("a picture (WebP)")),
            (b"\0\0\x01\0\x01\0\x10\x10\0\0", Some("a picture (ICO)")),
            (b"%PDF-1.7\n%\xE2\xE3", Some("a PDF document")),
            (b"PK\x03\x04\x14\0", Some("a ZIP archive")),
            (b"ID3\x04\0\0\0\0", Some("audio (MP3)")),
            (b"\xFF\xFB\x90\x64\0\0\0", Some("audio (MP3 or AAC)")),
            (b"MZ\x90\0\x03\0\0\0", Some("an executable file")),
            (b"\x7FELF\x02\x01\x01\0", Some("an executable file")),
            (b"\0\0\0\x20ftypisom\0", Some("a video (MP4)")),
            (&tar, Some("a tar archive")),
            (b"MZ is a town, BM is another", None),
            (b"0123456 WEBP and <rss>", None),
            (b"\xFF\xFE<\0r\0s\0s\0>\0", None),
            (b"<rss>\0</rss>", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(kind(bytes), expected, "{}", bytes.escape_ascii());
        }
    }
}
