extension JSONWriter {
    /// The agreement in the form that the `Aftaler` file has, with its `id` in front; and whether it holds, when that is
    /// told.
    public mutating func aftale(_ aftale: Aftale, gaelder: Bool? = nil) {
        beginObject()
        member("id", Int(aftale.id))
        member("system", aftale.system)
        member("cvr", aftale.myndighed.description)
        key("roller")
        texts(aftale.rolleNavne)
        key("grupper")
        array(aftale.grupper) { $0.gruppe($1) }
        member("fra", aftale.fra)
        if let til = aftale.til { member("til", til) }
        if let gaelder { member("gaelder", gaelder) }
        endObject()
    }

    /// A group of rights as agreements and tokens write it.
    public mutating func gruppe(_ group: RightsGroup) {
        beginObject()
        key("cvr")
        texts(group.myndigheder.sorted().map(\.description))
        key("kle")
        texts(group.kle.map(\.text))
        member("foelsomhed", Int(group.foelsomhed.rawValue))
        if let systemer = group.systemer {
            key("systemer")
            texts(systemer.sorted().map(\.description))
        }
        if let enheder = group.enheder {
            key("enheder")
            texts(enheder.sorted().map(\.description))
        }
        endObject()
    }
}
