import Testing

@Test func `ids`() {}
