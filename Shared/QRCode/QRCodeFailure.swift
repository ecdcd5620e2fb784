/// A text is too long for a QR code.
public struct QRCodeFailure: Error, Sendable {}
