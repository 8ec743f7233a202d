import Testing
import ModelStore
