//! Forms of input that serde's derive reads too leniently: it would take an array for an object.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::reader::BOTH;

/// Two structs read from the members of one object; each ignores what it does not know.
///
/// In place of `#[serde(flatten)]`, which buffers all values and lets arrays pass for structs. Other readers than ours
/// go through a `serde_json::Value`.
pub(crate) struct Both<A, B>(pub A, pub B);

impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Deserialize<'de> for Both<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Two<A, B>(PhantomData<(A, B)>);
        impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Visitor<'de> for Two<A, B> {
            type Value = Both<A, B>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                other: D,
            ) -> Result<Both<A, B>, D::Error> {
                let value = Value::Object(Map::deserialize(other)?);
                let a = A::deserialize(value.clone()).map_err(de::Error::custom)?;
                Ok(Both(a, B::deserialize(value).map_err(de::Error::custom)?))
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut twice: S) -> Result<Both<A, B>, S::Error> {
                match (twice.next_element()?, twice.next_element()?) {
                    (Some(a), Some(b)) => Ok(Both(a, b)),
                    _ => Err(de::Error::custom("this reader cannot read an object twice")),
                }
            }
        }
        deserializer.deserialize_newtype_struct(BOTH, Two(PhantomData))
    }
}

/// `Deserialize` of a struct that reads its first field's members as its own; it is written with `#[serde(flatten)]`.
macro_rules! flattened {
    ($name:ident { $inner:ident, $($(#[$meta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "camelCase")]
                struct Rest {
                    $($(#[$meta])* $field: $type,)*
                }
                let $crate::json::Both($inner, Rest { $($field),* }) =
                    $crate::json::Both::deserialize(deserializer)?;
                Ok(Self { $inner, $($field),* })
            }
        }
    };
}
pub(crate) use flattened;

/// One of two structs, where a member of the object says which.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OneOf<A, B> {
    First(A),
    Second(B),
}

/// Reads a [`OneOf`]: the first if `is_first` says so of a probe of the same object.
pub(crate) fn one_of<'de, D, P, A, B>(
    deserializer: D,
    is_first: fn(&P) -> bool,
) -> Result<OneOf<A, B>, D::Error>
where
    D: Deserializer<'de>,
    P: Deserialize<'de>,
    A: Deserialize<'de>,
    B: Deserialize<'de>,
{
    struct Choice<P, A, B>(fn(&P) -> bool, PhantomData<(A, B)>);
    impl<'de, P, A, B> Visitor<'de> for Choice<P, A, B>
    where
        P: Deserialize<'de>,
        A: Deserialize<'de>,
        B: Deserialize<'de>,
    {
        type Value = OneOf<A, B>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_newtype_struct<D: Deserializer<'de>>(
            self,
            other: D,
        ) -> Result<Self::Value, D::Error> {
            let value = Value::Object(Map::deserialize(other)?);
            let probe = P::deserialize(value.clone()).map_err(de::Error::custom)?;
            if (self.0)(&probe) {
                A::deserialize(value).map(OneOf::First).map_err(de::Error::custom)
            } else {
                B::deserialize(value).map(OneOf::Second).map_err(de::Error::custom)
            }
        }
        fn visit_seq<S: SeqAccess<'de>>(self, mut twice: S) -> Result<Self::Value, S::Error> {
            let missing = || de::Error::custom("this reader cannot read an object twice");
            let probe: P = twice.next_element()?.ok_or_else(missing)?;
            if (self.0)(&probe) {
                twice.next_element()?.map(OneOf::First).ok_or_else(missing)
            } else {
                twice.next_element()?.map(OneOf::Second).ok_or_else(missing)
            }
        }
    }
    deserializer.deserialize_newtype_struct(BOTH, Choice(is_first, PhantomData))
}

/// A value given by its name alone, or in full as an object.
pub(crate) enum Named<N, O> {
    Name(N),
    Full(O),
}

/// Reads a [`Named`]; `expected` says what it is.
pub(crate) fn named<'de, D, N, O>(
    deserializer: D,
    expected: &'static str,
) -> Result<Named<N, O>, D::Error>
where
    D: Deserializer<'de>,
    N: Deserialize<'de>,
    O: Deserialize<'de>,
{
    struct Either<N, O>(&'static str, PhantomData<(N, O)>);
    impl<'de, N: Deserialize<'de>, O: Deserialize<'de>> Visitor<'de> for Either<N, O> {
        type Value = Named<N, O>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: de::Error>(self, name: &str) -> Result<Named<N, O>, E> {
            N::deserialize(StrDeserializer::new(name)).map(Named::Name)
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Named<N, O>, A::Error> {
            O::deserialize(MapAccessDeserializer::new(map)).map(Named::Full)
        }
    }
    deserializer.deserialize_any(Either(expected, PhantomData))
}
