//! JSON text as serde's data model: structs from objects only, and a place for whatever is wrong.
//!
//! serde's derive also reads a struct from an array, by position, and most readers let it: `"requests": []` would
//! silently be a struct of defaults. Here an object is an object.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use super::lexer::{Broken, Lexer};

/// Deepest nesting.
const MAX_DEPTH: usize = 128;
/// How `serde_json`'s `RawValue` asks any reader for the text of a value.
const RAW: &str = "$serde_json::private::RawValue";
/// How [`super::Both`] asks to read one value a second time.
pub(super) const BOTH: &str = "$upid::Both";
/// Paths of unknown members that are kept; all are counted.
const KEPT: usize = 10;
/// What an enum is written as.
const VARIANT: &str = "a name, or an object of one member";
/// Characters of a key that are shown in a path.
const SHOWN: usize = 80;

/// Why reading stopped; the [`Reader`] knows where.
#[derive(Debug)]
pub(super) enum Fault {
    /// The text is no JSON.
    Broken(Broken),
    /// It is nested too deeply.
    Deep,
    /// The value does not fit, in serde's words.
    Value(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::Value(format!("unknown field {:?}, there are {}", shown(field), known.join(", ")))
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Self::Value(format!("unknown name {:?}, there are {}", shown(name), known.join(", ")))
    }
}

/// The beginning of a text of any length.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

impl From<Broken> for Fault {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// Members of an input that nobody knows: all counted, the first by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ignored {
    /// How many.
    pub count: u64,
    /// The first ten.
    pub paths: Vec<String>,
}

impl Ignored {
    /// Of two readings of one object, what neither knows: what one does not know is often the other's.
    ///
    /// Only paths that are kept can be compared; objects that are read twice have few members.
    fn common(&self, other: &Self) -> Self {
        let within = |path: &String, all: &[String]| {
            all.iter().any(|other| {
                path.strip_prefix(other.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            })
        };
        let mut paths: Vec<String> = Vec::new();
        for (own, others) in [(&self.paths, &other.paths), (&other.paths, &self.paths)] {
            for path in own.iter().filter(|path| within(path, others)) {
                if !paths.contains(path) {
                    paths.push(path.clone());
                }
            }
        }
        Self { count: paths.len() as u64, paths }
    }

    /// Adds those of another text.
    pub(crate) fn join(&mut self, other: Self) {
        self.count += other.count;
        self.paths.extend(other.paths);
        self.paths.truncate(KEPT);
    }
}

/// An object or array that is open.
struct Open {
    /// Its first byte.
    at: usize,
    step: Step,
}

/// Where reading stands in it.
enum Step {
    /// At the member whose key has these bytes; none is read yet.
    Member(usize, usize),
    /// At this many elements.
    Element(usize),
}

/// Reads one JSON text.
pub(super) struct Reader<'a> {
    lexer: Lexer<'a>,
    /// Where the key or value begins that was met last.
    value: usize,
    open: Vec<Open>,
    pub(super) ignored: Ignored,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lexer = Lexer { text, at: 0 };
        Self { lexer, value: 0, open: Vec::new(), ignored: Ignored::default() }
    }

    /// Nothing but blanks may follow.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        match self.lexer.peek() {
            None => Ok(()),
            Some(_) => Err(Broken::Unexpected("the end of the text").into()),
        }
    }

    /// The byte that a fault is about.
    pub(super) fn at(&self, fault: &Fault) -> usize {
        match fault {
            Fault::Broken(_) => self.lexer.at,
            Fault::Deep | Fault::Value(_) => self.value,
        }
    }

    /// Where reading stands: `pods[3].containers[0].name`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for open in &self.open {
            match open.step {
                Step::Member(start, end) if start < end => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    let key = self.lexer.text.get(start + 1..end - 1).unwrap_or_default();
                    path.push_str(&shown(key));
                }
                Step::Element(count) if count > 0 => path = format!("{path}[{}]", count - 1),
                _ => {}
            }
        }
        path
    }

    /// The first byte of the next value.
    #[inline]
    fn peek(&mut self) -> Result<u8, Fault> {
        let sign = self.lexer.peek();
        self.value = self.lexer.at;
        sign.ok_or(Fault::Broken(Broken::Truncated))
    }

    fn enter(&mut self, step: Step) -> Result<Inside, Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::Deep);
        }
        self.open.push(Open { at: self.lexer.at, step });
        self.lexer.bump();
        Ok(Inside { depth: self.open.len(), first: true })
    }

    fn leave(&mut self) {
        self.lexer.bump();
        // An error about the whole of it stands where it begins.
        self.value = self.open.pop().map_or(self.value, |open| open.at);
    }

    /// Goes on to the next member or element: false at the end, however often it is asked.
    #[inline]
    fn more(&mut self, close: u8, inside: &mut Inside) -> Result<bool, Fault> {
        if self.open.len() < inside.depth {
            return Ok(false);
        }
        let wanted = if close == b'}' { "a comma or }" } else { "a comma or ]" };
        match self.lexer.peek() {
            Some(sign) if sign == close => {
                self.leave();
                Ok(false)
            }
            _ if std::mem::take(&mut inside.first) => Ok(true),
            _ => Ok(self.lexer.take(b',', wanted).map(|()| true)?),
        }
    }

    /// A fault of the whole object or array that is open.
    fn surplus(&mut self, what: &str) -> Fault {
        self.leave();
        de::Error::custom(what)
    }

    /// Reads a key; its colon is next.
    fn key(&mut self) -> Result<Cow<'a, str>, Fault> {
        if self.peek()? != b'"' {
            return Err(self.lexer.expected("a key in quotes").into());
        }
        let start = self.lexer.at;
        let key = self.lexer.string()?;
        if let Some(open) = self.open.last_mut() {
            open.step = Step::Member(start, self.lexer.at);
        }
        Ok(key)
    }

    fn element(&mut self) {
        if let Some(Open { step: Step::Element(count), .. }) = self.open.last_mut() {
            *count += 1;
        }
    }

    /// Passes a value.
    fn skip(&mut self) -> Result<(), Fault> {
        match self.peek()? {
            b'{' => {
                let mut inside = self.enter(Step::Member(0, 0))?;
                while self.more(b'}', &mut inside)? {
                    self.key()?;
                    self.lexer.take(b':', "a colon")?;
                    self.skip()?;
                }
            }
            b'[' => {
                let mut inside = self.enter(Step::Element(0))?;
                while self.more(b']', &mut inside)? {
                    self.element();
                    self.skip()?;
                }
            }
            _ => self.lexer.scalar()?,
        }
        Ok(())
    }

    /// The text of a value.
    fn raw(&mut self) -> Result<&'a str, Fault> {
        self.peek()?;
        let start = self.lexer.at;
        self.skip()?;
        self.value = start;
        Ok(self.lexer.text.get(start..self.lexer.at).unwrap_or_default())
    }

    /// A value that is neither object nor array.
    fn scalar<V: Visitor<'a>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek()? {
            b'"' => match self.lexer.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            b'n' => {
                self.lexer.word("null")?;
                visitor.visit_unit()
            }
            b't' => {
                self.lexer.word("true")?;
                visitor.visit_bool(true)
            }
            b'f' => {
                self.lexer.word("false")?;
                visitor.visit_bool(false)
            }
            b'-' | b'0'..=b'9' => {
                let text = self.lexer.number()?;
                if let Ok(count) = text.parse() {
                    return visitor.visit_u64(count);
                }
                // -0 is no integer: it would lose its sign.
                match text.parse() {
                    Ok(count) if count != 0 => visitor.visit_i64(count),
                    _ => match text.parse::<f64>() {
                        Ok(value) if value.is_finite() => visitor.visit_f64(value),
                        _ => Err(de::Error::custom("the number is too large for a float")),
                    },
                }
            }
            _ => Err(self.lexer.expected("a value").into()),
        }
    }

    /// What the next value is, for who wanted something else.
    fn found(sign: u8) -> &'static str {
        match sign {
            b'{' => "an object",
            b'[' => "an array",
            b'"' => "a string",
            b'n' => "null",
            b't' | b'f' => "true or false",
            _ => "a number",
        }
    }

    /// Goes into the next value, which must begin with `sign`.
    fn into(&mut self, sign: u8, wanted: &str) -> Result<Inside, Fault> {
        let found = self.peek()?;
        if found == sign {
            return self.enter(if sign == b'{' { Step::Member(0, 0) } else { Step::Element(0) });
        }
        if !matches!(found, b'{' | b'[') {
            // What is no value at all is no wrong value.
            self.lexer.scalar()?;
        }
        Err(de::Error::custom(format!("{} where {wanted} is expected", Self::found(found))))
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek()? {
            b'{' => self.deserialize_map(visitor),
            b'[' => self.deserialize_seq(visitor),
            _ => self.scalar(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut inside = self.into(b'{', "an object")?;
        let value = visitor.visit_map(Members { reader: self, inside: &mut inside })?;
        // A visitor that stops before the end has no use for what is left.
        if self.more(b'}', &mut inside)? {
            return Err(self.surplus("the object has more members than are expected"));
        }
        Ok(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut inside = self.into(b'[', "an array")?;
        let value = visitor.visit_seq(Elements { reader: self, inside: &mut inside })?;
        if self.more(b']', &mut inside)? {
            return Err(self.surplus("the array has more elements than are expected"));
        }
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.peek()? == b'n' {
            self.lexer.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == RAW {
            let text = self.raw()?;
            return visitor.visit_map(MapDeserializer::new(std::iter::once((RAW, text))));
        }
        if name == BOTH {
            self.peek()?;
            return visitor.visit_seq(Again { from: self.lexer, first: None, reader: self });
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.peek()? == b'"' {
            let name = self.lexer.string()?;
            return visitor.visit_enum(name.into_deserializer());
        }
        let mut inside = self.into(b'{', VARIANT)?;
        if !self.more(b'}', &mut inside)? {
            return Err(de::Error::custom(format!("an empty object where {VARIANT} is expected")));
        }
        let value = visitor.visit_enum(Variant { reader: self })?;
        if self.more(b'}', &mut inside)? {
            return Err(self.surplus("the object has more members than one"));
        }
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        // Only what stands for an unknown member comes here from a struct.
        self.ignored.count += 1;
        if self.ignored.paths.len() < KEPT {
            self.ignored.paths.push(self.path());
        }
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct identifier
    }
}

/// Being in an object or array.
struct Inside {
    /// How many are open with it.
    depth: usize,
    /// Nothing of it is read yet.
    first: bool,
}

/// The members of an object.
struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    inside: &'r mut Inside,
}

impl<'de> de::MapAccess<'de> for Members<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        if !self.reader.more(b'}', self.inside)? {
            return Ok(None);
        }
        let key = self.reader.key()?;
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        self.reader.lexer.take(b':', "a colon")?;
        seed.deserialize(&mut *self.reader)
    }
}

/// The elements of an array.
struct Elements<'r, 'a> {
    reader: &'r mut Reader<'a>,
    inside: &'r mut Inside,
}

impl<'de> de::SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        if !self.reader.more(b']', self.inside)? {
            return Ok(None);
        }
        self.reader.element();
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// One value as often as it is asked for.
struct Again<'r, 'a> {
    reader: &'r mut Reader<'a>,
    from: Lexer<'a>,
    /// What was unknown at the first time.
    first: Option<Ignored>,
}

impl<'de> de::SeqAccess<'de> for Again<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        self.reader.lexer = self.from;
        let before = std::mem::take(&mut self.reader.ignored);
        let value = seed.deserialize(&mut *self.reader)?;
        let found = std::mem::replace(&mut self.reader.ignored, before);
        match self.first.take() {
            None => self.first = Some(found),
            Some(first) => self.reader.ignored.join(first.common(&found)),
        }
        Ok(Some(value))
    }
}

/// An enum written as `{"Name": value}`.
struct Variant<'r, 'a> {
    reader: &'r mut Reader<'a>,
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let key = self.reader.key()?;
        let name = seed.deserialize(IntoDeserializer::<Fault>::into_deserializer(key))?;
        self.reader.lexer.take(b':', "a colon")?;
        Ok((name, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        de::Deserialize::deserialize(self.reader)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.reader.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.reader.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::Value;

    use crate::error::{Error, ErrorKind};
    use crate::json::{from_json, from_json_noting};

    #[derive(Debug, PartialEq, Deserialize)]
    struct Node {
        #[serde(default)]
        size: Option<f64>,
        #[serde(default)]
        pair: Option<(u8, i64)>,
        #[serde(default)]
        kind: Option<Kind>,
        #[serde(default)]
        nodes: Vec<Node>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        Unit,
        New(u8),
        Two(u8, u8),
        Full { a: u8 },
    }

    fn fault(text: &str) -> (ErrorKind, String, u64, u64) {
        let error: Error = from_json::<Node>(text).unwrap_err();
        let place = error.place();
        let path = place.path.clone().unwrap_or_default();
        (error.kind(), path, place.line.unwrap(), place.column.unwrap())
    }

    #[test]
    fn reads_what_serde_describes() {
        let text = r#"{"size": 2, "pair": [3, -4], "kind": {"Full": {"a": 1}}, "nodes": [
            {"kind": "Unit"}, {"kind": {"New": 7}}, {"kind": {"Two": [1, 2]}, "size": null}]}"#;
        let node: Node = from_json(text).unwrap();
        assert_eq!(node, serde_json::from_str(text).unwrap());
        assert_eq!(
            (node.size, node.pair, node.kind),
            (Some(2.0), Some((3, -4)), Some(Kind::Full { a: 1 }))
        );
    }

    #[test]
    fn faults_stand_where_the_wrong_value_begins() {
        use ErrorKind::{Format, LimitExceeded, Truncated};
        for (text, expected) in [
            ("[]", (Format, "", 1, 1)),
            ("{\"nodes\":\n [{}, []]}", (Format, "nodes[1]", 2, 7)),
            ("{\"ä\": 1, \"size\": \"x\"}", (Format, "size", 1, 18)),
            (r#"{"pair": [1, 2, 3]}"#, (Format, "pair", 1, 10)),
            (r#"{"pair": [1]}"#, (Format, "pair", 1, 10)),
            (r#"{"pair": [1, 1.5]}"#, (Format, "pair[1]", 1, 14)),
            (r#"{"kind": {"Full": [1]}}"#, (Format, "kind.Full", 1, 19)),
            (r#"{"kind": {"New": 1, "Two": 2}}"#, (Format, "kind", 1, 10)),
            (r#"{"kind": "Half"}"#, (Format, "kind", 1, 10)),
            (r#"{"kind": {}}"#, (Format, "kind", 1, 10)),
            (r#"{"nodes": nope}"#, (Format, "nodes", 1, 11)),
            (r#"{"size": 1e999}"#, (Format, "size", 1, 10)),
            (r#"{"size": 01}"#, (Format, "size", 1, 11)),
            (r#"{"size": 1,}"#, (Format, "size", 1, 12)),
            (r#"{"size": 1} 2"#, (Format, "", 1, 13)),
            (r#"{"size""#, (Truncated, "size", 1, 8)),
            (r#"{"x": {"y": [1, "#, (Truncated, "x.y[1]", 1, 17)),
        ] {
            let (kind, path, line, column) = expected;
            assert_eq!(fault(text), (kind, path.to_owned(), line, column), "{text}");
        }
        assert_eq!(fault(&"{\"nodes\":[".repeat(65)).0, LimitExceeded);
    }

    #[test]
    fn what_is_said_is_bounded_and_not_forged() {
        let name = format!("\\u001e100\\u001fhacked\\u001fhint\\u001e{}", "x".repeat(1 << 16));
        let error = from_json::<Kind>(&format!("\"{name}\"")).unwrap_err();
        assert_eq!((error.kind(), error.hint_text().contains("hint")), (ErrorKind::Format, false));
        assert!(error.to_string().len() < 1000);
        // Numbers that nobody reads may have any size.
        assert_eq!(from_json::<Node>(r#"{"x": 1e999}"#).unwrap().size, None);
    }

    /// serde asks a sequence again for fields with a default.
    #[test]
    fn an_array_that_ended_stays_at_its_end() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Three(u8, #[serde(default)] u8, #[serde(default)] u8);
        let read: Vec<Three> = from_json("[[1], [2], [3, 4, 5]]").unwrap();
        assert_eq!(read, [Three(1, 0, 0), Three(2, 0, 0), Three(3, 4, 5)]);
    }

    #[test]
    fn of_objects_that_are_read_twice_neither_half_knows_the_unknown() {
        let text = r#"{"window": {"start": 0, "end": 1}, "nodes": [], "config": {}}"#;
        let (input, ignored) = from_json_noting::<crate::cost::AttributeInput>(text).unwrap();
        assert_eq!(ignored.count, 0);
        let odd = r#"{"window": {"start": 0, "end": 1, "x": 1}, "nodes": [{"y": 1}], "z": {"config": 1}, "config": {}}"#;
        let (_, ignored) = from_json_noting::<crate::cost::AttributeInput>(odd).unwrap();
        assert_eq!(ignored.paths, ["window.x", "nodes[0].y", "z"]);
        assert_eq!(serde_json::from_str::<crate::cost::AttributeInput>(text).unwrap(), input);
    }

    #[test]
    fn unknown_members_are_counted() {
        let unknown: Vec<String> = (0..12).map(|i| format!("\"m{i}\": [{{\"n\": 1}}]")).collect();
        let text = format!("{{\"nodes\": [{{{}}}]}}", unknown.join(","));
        let (_, ignored) = from_json_noting::<Node>(&text).unwrap();
        assert_eq!((ignored.count, ignored.paths.len()), (12, 10));
        assert_eq!(ignored.paths[9], "nodes[0].m9");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// serde_json with `float_roundtrip` is the judge.
        #[test]
        fn values_are_what_serde_json_reads(value in value(), pretty: bool) {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            prop_assert_eq!(from_json::<Value>(&text).unwrap(), value);
        }

        #[test]
        fn numbers_are_what_serde_json_reads(text in "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?") {
            let theirs = serde_json::from_str::<f64>(&text).ok().map(f64::to_bits);
            let ours = from_json::<f64>(&text).ok().map(f64::to_bits);
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn what_is_no_json_is_refused(text in r#"[\[\]{}",:0-9a-fu.\\ntrufls -]{1,24}"#) {
            prop_assume!(!text.trim().is_empty());
            let theirs = serde_json::from_str::<Value>(&text).ok();
            prop_assert_eq!(from_json::<Value>(&text).ok(), theirs, "{}", text);
        }
    }
}
