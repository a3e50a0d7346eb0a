//! Attributes of schemas, each encoded where it is made.
//!
//! prost measures a message before it writes it, and what stands inside of others once more for each of them: an attribute of a
//! schema six times and more, which was most of the time that GetProviderSchema took.

use prost::{
    DecodeError, Message,
    bytes::{Buf, BufMut},
    encoding::{DecodeContext, WireType},
};

use super::tfplugin6::{StringKind, schema::Object};

/// `tfplugin6.Schema.Attribute`. What most attributes do not have is an option here, which is the same on the wire: prost would
/// compare an empty text with none, which takes longer than to write a full one.
#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    /// Its name in a configuration.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type as JSON, where it has no attributes of its own.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub r#type: Option<Vec<u8>>,
    /// The attributes of its own.
    #[prost(message, optional, tag = "10")]
    pub nested_type: Option<Object>,
    /// What it is.
    #[prost(string, tag = "3")]
    pub description: String,
    /// Whether it has to be set.
    #[prost(bool, tag = "4")]
    pub required: bool,
    /// Whether it may be set.
    #[prost(bool, tag = "5")]
    pub optional: bool,
    /// Whether the provider may set it.
    #[prost(bool, tag = "6")]
    pub computed: bool,
    /// Whether it is hidden from screens.
    #[prost(bool, tag = "7")]
    pub sensitive: bool,
    /// In which language it is described.
    #[prost(enumeration = "StringKind", tag = "8")]
    pub description_kind: i32,
    /// Whether it should not be used any more.
    #[prost(bool, tag = "9")]
    pub deprecated: bool,
    /// Whether it is in no plan and no state.
    #[prost(bool, tag = "11")]
    pub write_only: bool,
    /// What to use instead.
    #[prost(string, optional, tag = "12")]
    pub deprecation_message: Option<String>,
}

/// An attribute as it goes over the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EncodedAttribute(Box<[u8]>);

impl EncodedAttribute {
    /// What is encoded.
    ///
    /// # Errors
    /// Where it is no attribute.
    pub fn read(&self) -> Result<Attribute, DecodeError> {
        Attribute::decode(&*self.0)
    }
}

impl From<&Attribute> for EncodedAttribute {
    fn from(attribute: &Attribute) -> EncodedAttribute {
        EncodedAttribute(attribute.encode_to_vec().into())
    }
}

impl Message for EncodedAttribute {
    fn encode_raw(&self, buffer: &mut impl BufMut) {
        buffer.put_slice(&self.0);
    }

    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        let mut attribute = self.read()?;
        attribute.merge_field(tag, wire_type, buffer, context)?;
        *self = (&attribute).into();
        Ok(())
    }

    fn clear(&mut self) {
        self.0 = Box::default();
    }
}

#[cfg(test)]
mod tests {
    use prost_types::FileDescriptorSet;

    use super::*;

    #[test]
    fn an_attribute_has_the_fields_of_the_protocol() {
        let set = FileDescriptorSet::decode(&include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"))[..])
            .expect("the build script wrote them");
        let schema = set.file.iter().flat_map(|file| &file.message_type).find(|message| message.name() == "Schema");
        let attribute = schema.and_then(|schema| schema.nested_type.iter().find(|nested| nested.name() == "Attribute"));
        let mut theirs: Vec<_> =
            attribute.expect("it is there").field.iter().map(|field| (field.name(), field.number())).collect();
        let none = Attribute::default;
        let kind = StringKind::Markdown.into();
        // The number of a field is before its three bits of how long it is.
        let number = |attribute: Attribute| i32::from(attribute.encode_to_vec()[0] >> 3);
        let mut ours: Vec<_> = [
            ("name", Attribute { name: "n".into(), ..none() }),
            ("type", Attribute { r#type: Some(b"t".to_vec()), ..none() }),
            ("nested_type", Attribute { nested_type: Some(Object::default()), ..none() }),
            ("description", Attribute { description: "d".into(), ..none() }),
            ("required", Attribute { required: true, ..none() }),
            ("optional", Attribute { optional: true, ..none() }),
            ("computed", Attribute { computed: true, ..none() }),
            ("sensitive", Attribute { sensitive: true, ..none() }),
            ("description_kind", Attribute { description_kind: kind, ..none() }),
            ("deprecated", Attribute { deprecated: true, ..none() }),
            ("write_only", Attribute { write_only: true, ..none() }),
            ("deprecation_message", Attribute { deprecation_message: Some("m".into()), ..none() }),
        ]
        .map(|(name, attribute)| (name, number(attribute)))
        .into();
        theirs.sort_unstable();
        ours.sort_unstable();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn what_is_encoded_is_read_as_it_was() {
        let inner = Attribute { name: "inner".into(), r#type: Some(b"\"bool\"".to_vec()), ..Attribute::default() };
        let nested = Object { attributes: vec![(&inner).into()], ..Object::default() };
        let outer = Attribute { name: "outer".into(), nested_type: Some(nested), ..Attribute::default() };
        let encoded = EncodedAttribute::from(&outer);
        let sent = EncodedAttribute::decode(encoded.encode_to_vec().as_slice()).expect("it is readable");
        assert_eq!((sent.read(), sent), (Ok(outer), encoded));
    }
}
