import Foundation

/// Sleeps two milliseconds, so that a training that is held up takes no processor.
@Sendable public func restBriefly() { usleep(2_000) }
