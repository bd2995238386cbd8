//! Reports of one thing that happened, joined into events.
//!
//! In: the tellings of many articles. Out: one event id a telling; equal ids mean that they were judged to tell of one
//! thing that happened. Neither the order of the articles nor the number of threads changes an id.
//!
//! Two steps. Inside an article, tellings are grouped from the most alike downwards, as long as the average score of two
//! groups is above 0: a headline, its lead and the retelling in a reprint come together, while two accusations of the
//! same state stay apart where their words differ. Between articles, groups are joined the same way; only those are
//! compared that share a block key (type family, two parties, day). The score of a pair is a learnt sum of what speaks
//! for and against it (`data/stories/joining.toml`); average-link clustering over compared pairs follows the survey of
//! event coreference in Lu & Ng 2018 (<https://doi.org/10.24963/ijcai.2018/773>).

mod background;
mod cluster;
pub mod copies;
mod features;
mod group;
mod item;
mod join;
mod model;
mod parts;
mod story;
mod telling;
mod train;

pub use background::{Background, BackgroundCounter};
pub use features::FEATURES;
pub use group::{BlockKey, Group, Keys, Step};
pub use join::{Comparison, Joiner};
pub use model::StoriesError;
pub use story::{
    LEAD_CHARS, MIN_COUNTED, StoryArticle, StorySketch, StoryTeller, Told, WINDOW_DAYS, story_day, story_week,
};
pub use telling::{ArticleTellings, Party, Telling};
pub use train::{Labelled, Learnt};
