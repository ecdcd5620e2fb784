public import Distributed

/// Collects a call's one argument.
public struct CallEncoder: DistributedTargetInvocationEncoder {
    /// Arguments and results are Codable.
    public typealias SerializationRequirement = any Codable

    let coding: any CallCoding
    private(set) var body: [UInt8] = []
    private(set) var argumentCount = 0

    init(coding: any CallCoding) {
        self.coding = coding
    }

    /// Takes the one request struct.
    public mutating func recordArgument<Value: Codable>(_ argument: RemoteCallArgument<Value>) throws {
        body = try coding.encode(argument.value)
        argumentCount += 1
    }

    /// A protocol's own `Self` is recorded so; which actor answers is known by its address.
    public mutating func recordGenericSubstitution<T>(_ type: T.Type) throws {}

    /// Errors cross by code, whatever their type.
    public mutating func recordErrorType<E: Error>(_ type: E.Type) throws {}

    /// The result's type is known at the call.
    public mutating func recordReturnType<R: Codable>(_ type: R.Type) throws {}

    /// Nothing to finish.
    public mutating func doneRecording() throws {}
}

/// Unused: received calls go through typed route tables, and no mangled name is taken from the wire.
public struct CallDecoder: DistributedTargetInvocationDecoder {
    /// Arguments and results are Codable.
    public typealias SerializationRequirement = any Codable

    /// None.
    public mutating func decodeGenericSubstitutions() throws -> [any Any.Type] { [] }

    /// Always refuses.
    public mutating func decodeNextArgument<Argument: Codable>() throws -> Argument {
        throw CallFailure(.fault, detail: "calls are received through route tables")
    }

    /// None.
    public mutating func decodeErrorType() throws -> (any Any.Type)? { nil }

    /// None.
    public mutating func decodeReturnType() throws -> (any Any.Type)? { nil }
}

/// Unused, as the decoder is.
public struct CallResultHandler: DistributedTargetInvocationResultHandler {
    /// Arguments and results are Codable.
    public typealias SerializationRequirement = any Codable

    /// Always refuses.
    public func onReturn<Success: Codable>(value: Success) async throws {
        throw CallFailure(.fault, detail: "calls are received through route tables")
    }

    /// Always refuses.
    public func onReturnVoid() async throws {
        throw CallFailure(.fault, detail: "calls are received through route tables")
    }

    /// Passes the error on.
    public func onThrow<Err: Error>(error: Err) async throws {
        throw error
    }
}
