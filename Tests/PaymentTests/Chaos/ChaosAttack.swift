/// What nobody should send: a body, what is to prove it, and the status that it has to bring.
struct ChaosAttack: Hashable, Sendable {
    let body: [UInt8]
    let proof: String
    let status: Int
}
