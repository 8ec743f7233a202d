// The names of Python's modules and methods are those of `dir()` in Python 3.11.

extension CodeNames {
  static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  /// The public names of the modules of Python's standard library that small answers use.
  static let modules: [String: Set<String>] = [
    "math": words(
      """
      acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e \
      erf erfc exp exp2 expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose \
      isfinite isinf isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm \
      pi pow prod radians remainder sin sinh sqrt tan tanh tau trunc ulp
      """),
    "json": words(
      """
      JSONDecodeError JSONDecoder JSONEncoder dump dumps load loads
      """),
    "re": words(
      """
      A ASCII DOTALL I IGNORECASE L M MULTILINE Match Pattern S T U VERBOSE X compile error \
      escape findall finditer fullmatch match purge search split sub subn template
      """),
    "random": words(
      """
      Random SystemRandom betavariate choice choices expovariate gammavariate gauss \
      getrandbits getstate lognormvariate normalvariate paretovariate randbytes randint random \
      randrange sample seed setstate shuffle triangular uniform vonmisesvariate weibullvariate
      """),
    "time": words(
      """
      CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID \
      CLOCK_REALTIME CLOCK_TAI CLOCK_THREAD_CPUTIME_ID altzone asctime clock_getres \
      clock_gettime clock_gettime_ns clock_settime clock_settime_ns ctime daylight \
      get_clock_info gmtime localtime mktime monotonic monotonic_ns perf_counter \
      perf_counter_ns process_time process_time_ns pthread_getcpuclockid sleep strftime \
      strptime struct_time thread_time thread_time_ns time time_ns timezone tzname tzset
      """),
    "statistics": words(
      """
      NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean \
      linear_regression mean median median_grouped median_high median_low mode multimode \
      pstdev pvariance quantiles stdev variance
      """),
    "itertools": words(
      """
      accumulate chain combinations combinations_with_replacement compress count cycle \
      dropwhile filterfalse groupby islice pairwise permutations product repeat starmap \
      takewhile tee zip_longest
      """),
    "functools": words(
      """
      WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cached_property cmp_to_key lru_cache partial \
      partialmethod reduce singledispatch singledispatchmethod total_ordering update_wrapper \
      wraps
      """),
    "string": words(
      """
      Formatter Template ascii_letters ascii_lowercase ascii_uppercase capwords digits \
      hexdigits octdigits printable punctuation whitespace
      """),
    "collections": words(
      """
      ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque namedtuple
      """),
    "csv": words(
      """
      Dialect DictReader DictWriter Error QUOTE_ALL QUOTE_MINIMAL QUOTE_NONE QUOTE_NONNUMERIC \
      Sniffer StringIO excel excel_tab field_size_limit get_dialect list_dialects reader \
      register_dialect unix_dialect unregister_dialect writer
      """),
    "textwrap": words(
      """
      TextWrapper dedent fill indent shorten wrap
      """),
  ]

  /// Methods and fields of the objects that are built into a language or its standard library.
  static let attributes: [String: Set<String>] = [
    "python": words(
      """
      absolute add add_note anchor append appendleft args as_integer_ratio as_posix as_uri \
      astimezone bit_count bit_length capitalize casefold center chmod clear close closed \
      combine conjugate copy count ctime cwd date day days decode default_factory denominator \
      detach difference difference_update discard drive dst elements encode encoding end \
      endpos endswith errors exists expand expandtabs expanduser extend extendleft fileno find \
      findall finditer flags flush fold format format_map from_bytes fromhex fromisocalendar \
      fromisoformat fromkeys fromordinal fromtimestamp fullmatch get getbuffer getvalue glob \
      group groupdict groupindex groups hardlink_to hex home hour imag index insert \
      intersection intersection_update is_absolute is_block_device is_char_device is_dir \
      is_fifo is_file is_integer is_mount is_relative_to is_reserved is_socket is_symlink \
      isalnum isalpha isascii isatty isdecimal isdigit isdisjoint isidentifier islower \
      isnumeric isocalendar isoformat isoweekday isprintable isspace issubset issuperset \
      istitle isupper items iterdir join joinpath keys lastgroup lastindex lchmod \
      line_buffering link_to ljust lower lstat lstrip maketrans match max maxlen microsecond \
      microseconds min minute mkdir month most_common name newlines now numerator open owner \
      parent parents partition parts pattern pop popitem popleft pos re read read1 read_bytes \
      read_text readable readinto readinto1 readline readlines readlink real regs relative_to \
      remove removeprefix removesuffix rename replace resolution resolve reverse rfind rglob \
      rindex rjust rmdir root rotate rpartition rsplit rstrip samefile scanner search second \
      seconds seek seekable setdefault sort span split splitlines start startswith stat stem \
      strftime string strip strptime sub subn subtract suffix suffixes swapcase symlink_to \
      symmetric_difference symmetric_difference_update tell time timestamp timetuple timetz \
      title to_bytes today toordinal total total_seconds touch translate truncate tzinfo \
      tzname union unlink update upper utcfromtimestamp utcnow utcoffset utctimetuple values \
      weekday with_name with_stem with_suffix with_traceback writable write write_bytes \
      write_text writelines year zfill
      """),
    "javascript": words(
      """
      add apply assign at bind call catch ceil charAt charCodeAt clear codePointAt concat \
      constructor copyWithin createElement delete done endsWith entries error every exec fill \
      filter finally find findIndex findLast findLastIndex flags flat flatMap floor forEach \
      freeze from fromCharCode fromEntries get getAttribute getDate getDay getElementById \
      getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime groups has \
      hasOwn hasOwnProperty includes index indexOf input is isArray isInteger isSafeInteger \
      join json key keys lastIndex lastIndexOf length localeCompare log map match matchAll max \
      message min name next normalize now of ok padEnd padStart parse pop pow prototype push \
      querySelector querySelectorAll race random raw reduce reduceRight reject repeat replace \
      replaceAll resolve reverse round search set setDate setHours setMinutes setMonth setTime \
      shift sign size slice some sort source splice split sqrt startsWith status stringify \
      structuredClone substr substring test text then toDateString toFixed toISOString toJSON \
      toLocaleDateString toLocaleLowerCase toLocaleString toLocaleTimeString toLocaleUpperCase \
      toLowerCase toPrecision toReversed toSorted toSpliced toString toTimeString toUTCString \
      toUpperCase trim trimEnd trimStart trunc unshift value valueOf values warn with
      """),
  ]

  /// What the standard headers of C declare.
  static let headers: [String: Set<String>] = [
    "string": words(
      """
      strlen strcpy strncpy strcat strncat strcmp strncmp strchr strrchr strstr strtok strspn \
      strcspn strpbrk strdup memcpy memmove memset memcmp memchr strerror
      """),
    "stdio": words(
      """
      printf fprintf sprintf snprintf scanf fscanf sscanf puts putchar fputs fputc fgets fgetc \
      getchar getc fopen fclose fread fwrite fseek ftell rewind feof ferror fflush perror remove \
      rename FILE stdin stdout stderr EOF
      """),
    "stdlib": words(
      """
      malloc calloc realloc free abs labs atoi atol atof strtol strtoul strtod qsort bsearch rand \
      srand exit abort getenv EXIT_SUCCESS EXIT_FAILURE
      """),
    "ctype": words(
      """
      isalpha isdigit isalnum isspace isupper islower ispunct isxdigit iscntrl isprint toupper \
      tolower
      """),
    "math": words(
      """
      sqrt pow fabs floor ceil round trunc fmod sin cos tan asin acos atan atan2 exp log log2 log10 \
      hypot fmin fmax lround INFINITY NAN M_PI
      """),
    "limits": words("INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN CHAR_BIT SIZE_MAX"),
    "stdint": words("INT32_MAX INT32_MIN UINT32_MAX INT64_MAX UINT64_MAX SIZE_MAX uintptr_t"),
    "assert": words("assert"),
    "time": words("time clock difftime localtime gmtime strftime mktime time_t tm"),
  ]
}
