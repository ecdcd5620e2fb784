import Testing

@Test func `the house stands`() {}
