//! [`crate::model::Edition`] -> bytes, one file a format. Does not know where its bytes go.
