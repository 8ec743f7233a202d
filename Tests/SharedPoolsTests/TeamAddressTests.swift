import SharedPools
import Testing

struct TeamAddressTests {
  @Test func showsNoMoreThanItNeeds() throws {
    let address = try TeamAddress("postgresql://me@db.example.org:5433/team?sslmode=require")
    #expect(address.description == "me@db.example.org:5433/team")
    #expect(!address.isVerified)
  }

  @Test(arguments: [
    ("postgresql://me@db.example.org/team", true),
    ("postgresql://me@127.0.0.1:5432/team", true),
    ("host=/var/run/postgresql dbname=team", true),
    ("postgresql://me@db.example.org/team?sslmode=verify-full", true),
    ("postgresql://me@db.example.org/team?sslmode=disable", false),
    ("postgresql://me@db.example.org/team?sslmode=prefer", false),
  ])
  func verifiesOtherMachines(_ text: String, _ isVerified: Bool) throws {
    #expect(try TeamAddress(text).isVerified == isVerified)
  }

  @Test(arguments: ["", "nonsense", "postgresql://[::1", "http://example.org"])
  func refusesWhatIsNoAddress(_ text: String) {
    #expect(throws: TeamError.self) { try TeamAddress(text) }
  }

  @Test(arguments: [
    "postgresql://me:hunter2@db.example.org/team", "host=db.example.org password=hunter2",
    "postgresql://me@db.example.org/team?password=hunter2", "postgresql://me:hunter2@[/x",
  ])
  func refusesAPasswordWithoutRepeatingIt(_ text: String) {
    let error = #expect(throws: TeamError.self) { try TeamAddress(text) }
    #expect(error?.description.contains("hunter2") == false)
  }
}
