//! What an address tells: host and date.

use chancery_text::PartialDate;

/// The host of `https://www.example.org/…`, in lower case.
pub(crate) fn host(url: &str) -> Option<String> {
    let (_, rest) = url.trim().split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?;
    (host.contains('.') && !host.is_empty()).then(|| host.to_lowercase())
}

pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The day in an address (`/2019/11/20/`, `-2019-11-20-`, `/20-11-2019`, `/20191120/`, `/2019/nov/20/`).
pub(crate) fn date_in_url(url: &str) -> Option<PartialDate> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split_once('/')?.1;
    let numbers: Vec<&str> = path.split(|c: char| !c.is_ascii_digit()).collect();
    for three in numbers.windows(3) {
        let date = match (three[0].len(), three[1].len(), three[2].len()) {
            (4, 1..=2, 2) => day(three[0], three[1], three[2]),
            // "/2023/10/3-questions" is no third of October; "/2023/10/3/" is.
            (4, 1..=2, 1) if path.contains(&format!("/{}/{}/{}/", three[0], three[1], three[2])) => {
                day(three[0], three[1], three[2])
            }
            (2, 2, 4) => day(three[2], three[1], three[0]),
            _ => None,
        };
        if date.is_some() {
            return date;
        }
    }
    let glued = numbers.iter().filter(|n| n.len() == 8).find_map(|n| day(&n[..4], &n[4..6], &n[6..]));
    glued.or_else(|| date_with_month_name(path))
}

/// `/2024/may/03/`, `/2024/march/3/`.
fn date_with_month_name(path: &str) -> Option<PartialDate> {
    let parts: Vec<&str> = path.split(['/', '?', '#']).collect();
    parts.windows(3).find_map(|three| {
        let month = super::day::month_number(three[1])?;
        (three[0].len() == 4 && three[2].len() <= 2).then(|| day(three[0], &month.to_string(), three[2])).flatten()
    })
}

/// A day given as three numbers, from the time of the web.
pub(crate) fn day(year: &str, month: &str, day: &str) -> Option<PartialDate> {
    let year: i16 = year.parse().ok().filter(|y| (1990..=2049).contains(y))?;
    PartialDate::day_of(year, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_dates() {
        assert_eq!(host("https://www.Example.org:8080/a?b").as_deref(), Some("www.example.org"));
        assert_eq!(host("no address"), None);
        let date = |u| date_in_url(u).map(|d| d.to_string());
        assert_eq!(date("https://example.org/2019/11/20/envoys-meet").as_deref(), Some("2019-11-20"));
        assert_eq!(date("https://example.org/news/20191120/x-55512345678.html").as_deref(), Some("2019-11-20"));
        assert_eq!(date("https://example.org/top-10-of-2019"), None);
        assert_eq!(date("https://example.org/2019/10/3-questions"), None);
        assert_eq!(date("https://example.org/world/2024/may/03/talks").as_deref(), Some("2024-05-03"));
        assert_eq!(date("https://example.org/2024/March/3/talks").as_deref(), Some("2024-03-03"));
        assert_eq!(date("https://example.org/2024/mayors/03/talks"), None);
        assert_eq!(date("https://example.org/reports/29-10-2021").as_deref(), Some("2021-10-29"));
    }
}
