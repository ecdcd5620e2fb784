public import HTTPTypes

extension HTTPFields {
    /// The value under a name: what the subscript gives.
    ///
    /// That one joins the values of all fields of the name, by generic code that allocates for each look-up; as a rule
    /// there is one field or none.
    public func value(of name: HTTPField.Name) -> String? {
        let canonicalName = name.canonicalName
        var value: String?
        for index in indices where self[index].name.canonicalName == canonicalName {
            guard value == nil else { return self[name] }
            value = self[index].value
        }
        return value
    }

    /// The values of all fields of a name: what the subscript `values` gives, without its generic code.
    public func values(of name: HTTPField.Name) -> [String] {
        let canonicalName = name.canonicalName
        var values: [String] = []
        for index in indices where self[index].name.canonicalName == canonicalName { values.append(self[index].value) }
        return values
    }
}
