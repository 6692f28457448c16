//! JSON text as serde's data model: structs from objects only, and a place for whatever is wrong.
//!
//! serde's derive also reads a struct from an array, by position, and most readers let it: `"requests": []` would
//! silently be a struct of defaults. Here an object is an object.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use super::ignored::{Ignored, KEPT};
use super::lexer::{Broken, Lexer};

/// Deepest nesting.
const MAX_DEPTH: usize = 128;
/// How `serde_json`'s `RawValue` asks any reader for the text of a value.
const RAW: &str = "$serde_json::private::RawValue";
/// How [`super::Both`] asks to read one value a second time.
pub(super) const BOTH: &str = "$upid::Both";
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
