/// A provider that signs each message together with the time at which it is sent.
protocol ChaosSigner: ChaosProvider {
    /// The header's value for a body, at a time in seconds since 1970, by the right secret or by a wrong one.
    func signature(of body: [UInt8], at seconds: Int64, isForged: Bool) -> String
}

extension ChaosSigner {
    func proof(of body: [UInt8], at seconds: Int64) -> String {
        signature(of: body, at: seconds, isForged: false)
    }

    /// Forged, changed on its way, or stale.
    func attack(by body: [UInt8], at seconds: Int64, using random: inout ChaosRandom) -> ChaosAttack {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            return ChaosAttack(body: body, proof: signature(of: body, at: seconds, isForged: true), status: 403)
        case 1:
            var changed = body
            changed[Int.random(in: changed.indices, using: &random)] ^= 1
            return ChaosAttack(body: changed, proof: proof(of: body, at: seconds), status: 403)
        default:
            let age = Int64.random(in: 301...604_800, using: &random)
            return ChaosAttack(body: body, proof: proof(of: body, at: seconds - age), status: 403)
        }
    }
}
