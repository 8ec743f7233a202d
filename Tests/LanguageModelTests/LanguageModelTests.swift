import Testing
import LanguageModel
