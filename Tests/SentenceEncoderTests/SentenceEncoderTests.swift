import Testing
import SentenceEncoder
