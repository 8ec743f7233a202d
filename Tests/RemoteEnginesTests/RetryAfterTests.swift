import Foundation
import RemoteEngines
import Testing

struct RetryAfterTests {
  @Test func readsSecondsAndDates() {
    let now = Date(timeIntervalSince1970: 1_445_412_470)
    #expect(RemoteTransport.retryAfter("120", now: now) == 120)
    #expect(RemoteTransport.retryAfter("-3", now: now) == 0)
    #expect(RemoteTransport.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT", now: now) == 10)
    #expect(RemoteTransport.retryAfter("Tue, 20 Oct 2015 07:28:00 GMT", now: now) == 0)
    #expect(RemoteTransport.retryAfter("soon", now: now) == nil)
    #expect(RemoteTransport.retryAfter(nil, now: now) == nil)
  }
}
