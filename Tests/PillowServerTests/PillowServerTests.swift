import Testing
import PillowServer
