/// The verbs that requests begin with.
enum Verbs {
  /// What people ask a program or a model to do.
  static let base = words(
    """
    abort abstract accept accumulate activate adapt add adjust aggregate align allocate allow amend
    analyse analyze animate annotate answer append apply arrange ask assemble assert assign
    attach authenticate authorize average backfill balance batch begin bind blend bootstrap
    brainstorm break broadcast browse build bump calculate call cancel capitalise capitalize
    capture cast categorise categorize center change check choose clamp classify clean clear click
    clip clone close cluster code collapse collect color combine comment commit compare compile
    complete compose compress compute concatenate condense configure confirm conjugate connect
    construct continue convert copy correct count crawl create critique crop cut debug decode
    decompose decompress decrease decrement decrypt deduce deduplicate define delegate delete
    deliver demonstrate deploy derive describe deserialize design destroy detect determine develop
    diagnose differentiate disable discard discuss dispatch display divide document double download
    draft draw drop duplicate edit elaborate eliminate embed emit empty emulate enable encode encrypt
    enforce enhance enqueue ensure enter enumerate erase escape establish estimate evaluate examine
    exclude execute exit expand explain explore export expose extend extract factor fade feed fetch
    fill filter finalize find finish fit fix flag flatten flip flush fold follow force format
    formulate forward free freeze gather generate get give go grab group guess handle hash help
    hide highlight identify ignore illustrate imagine implement import improve include increase
    increment indent index infer inform inherit initialise initialize inject insert inspect install
    instantiate integrate interpolate interpret introduce invent invert invoke isolate iterate join
    jump justify keep kill label launch leave lemmatize let limit link list listen load locate lock
    log look loop lower lowercase make manage map mark mask match maximize measure memoize merge
    migrate minimize mock modify monitor mount move multiply name narrow navigate normalise
    normalize notify obtain open optimise optimize order organise organize outline output
    override overwrite pack pad paginate paint paraphrase parse partition pass patch pause peek
    perform permute persist pick place plan play plot poll pop populate position post precompute
    predict prefetch prefix prepare prepend present preserve press prevent print prioritize process
    produce program prompt proofread propagate propose prove provide prune publish pull push put
    query quote raise randomize rank read rearrange rebuild recommend reconstruct record recover
    redirect reduce refactor reformat reformulate refresh register reject release reload remove
    rename render reorder repeat rephrase replace reply report reproduce request require rescale
    reset reshape resize resolve respond restart restore restrict restructure resume retrieve retry
    return reuse reverse revert review revise rewrite roll rotate round route run sample sanitize
    save scale scan schedule scrape scroll search seed select send separate serialize serve set
    setup shift shorten show shrink shuffle shut sign simplify simulate sing skip sleep slice smooth
    snapshot solve sort spawn specify spell split square stack standardize start state stop store
    stream stringify strip stub style subscribe substitute subtract suggest sum summarise summarize
    support suppress swap switch synchronize synthesize tag take tell terminate test throw toggle
    tokenize total trace track train transfer transform translate transpose traverse treat trigger
    trim truncate try tune turn tweak type uncompress undo unescape uninstall unlink unload unlock
    unpack unregister unsubscribe unwrap update upgrade upload uppercase upsert use validate verify
    visit visualise visualize vote wait walk warn warp weight wire wrap write yield zip zoom
    act assess assume bring build calibrate caption cite deduct describe devise empathize envision
    lookup allowlist blacklist cascade certify chop clobber commence communicate comply concern consider
    consolidate contribute decline deem deflate delimit deny depict deprecate descend designate direct
    disassemble dispose divert drive elevate emphasise emphasize employ encapsulate encourage exempt
    exploit finalise forbid forget fork grant harden hang impersonate impose instruct interleave
    interrupt invite lay lead leak lengthen lex localize loosen manipulate marshal mention multiplex
    negate negotiate nullify obey observe omit orient parallelize polish portray prescribe probe
    prototype quantize queue react realign reassemble reassign reattach receive reclaim redo reissue
    relabel relocate remind renew repair reread rescan rescue resend rethink retire retrain revalidate
    revoke rollback satisfy scatter score scrub secure seek shard share sharpen shed sift signal sink
    specialise specialize spill stabilize standardise step straighten strengthen symlink tabulate
    target teach trash trust typecheck unfreeze unnest utilise utilize vectorize vet wake weaken weigh
    whitelist widen xor
    alternate anchor announce attempt avoid await bail blank bubble bypass clobber coerce compensate
    concat consume coordinate cover cycle declare dedupe defer delay demote detach disallow
    disconnect discover dismiss distinguish distribute drain dump elect evict exchange exercise
    facilitate favor floor fuse gate glue grow guard halt harvest hint hoist hold hook hydrate inflate
    inline intercept intern intersect invalidate lift lint mangle materialize mirror mix mutate mute
    nest nudge obfuscate overlay overload page paste peel pin pipe pivot poke prefer prefill preload
    preprocess probe profile prohibit project promote protect proxy purge quit rebase rebalance rebind
    recalculate recompute reconcile reconnect recreate recycle redefine redraw re-enable re-run
    re-seek regenerate reindex reinitialize reinstall relax relay remap remember reopen repaint replay
    replicate reposition reschedule reserve rethrow retain rewind rewire sanitise saturate scramble
    seal segment settle shim silence skew slide snap splice spread squash squeeze stage stagger stamp
    stash stitch subclass supply surround suspend swallow sweep sync tally tear thread throttle tick
    tidy tint touch transcode transmit trap unbind unblock uncheck unfold unify unmount unroll unset
    unwind unzip upscale vary warm wipe withdraw zero
    express highlight incorporate interview investigate jot label learn mention mimic narrate note
    offer paraphrase persuade pitch praise pretend rate recite recall reflect relate research
    roleplay rhyme sketch solve spot summarise think transcribe unscramble arrange
    """)

  /// What people ask a model for in prose. What a manual asks of its reader (`install`, `click`,
  /// `run`, `see`) is not among it.
  static let ofProse = words(
    """
    abbreviate act add adapt analyse analyze annotate answer argue arrange ask assess assign
    brainstorm build calculate caption categorise categorize change check choose classify code
    combine comment compare complete compose compute condense conjugate construct continue convert
    correct count create critique debate debug decide deduce define derive describe design detect
    determine develop devise diagnose differentiate discuss document draft draw edit elaborate
    estimate evaluate examine expand explain explore express extract fill find finish fix formulate
    format generate give group guess highlight identify illustrate imagine implement improve infer
    interpret invent join judge justify label list make match mention modify name narrate organise organize
    outline paraphrase parse pick plan predict prepare pretend print produce program prompt proofread
    propose prove provide quote rank rate rearrange recommend recite reduce refactor reformat
    reformulate rephrase replace reply report research respond restructure return reverse review
    revise rewrite rhyme roleplay select sentence shorten show simplify simulate sing sketch solve
    sort spell split spot state substitute suggest summarise summarize synthesize tell think
    transcribe transform translate turn unscramble validate verify visualise visualize write
    """)

  /// Nouns as much as verbs: what follows tells which one it is.
  static let nounLike = words(
    """
    abstract access act address answer average batch block branch break buffer build cache call
    cast change check click clone close code color comment commit copy count cut debug default
    design display document double download draft draw drop edit end escape estimate exit export
    factor feed file filter fit fix flag fold follow force format forward free go group handle hash
    help import index input join jump key keep label launch level limit link list load lock log
    loop map mark mask match measure mount move name note open order output override pack pad pass
    patch pause pick place plan play plot poll pop position post prefix press print process program
    prompt pull push query quote rank rate read record register release reload report request
    research reset rest return reverse review roll round route run sample scale scan schedule
    scroll search seed set setup shift show sign sketch slice snapshot sort split square stack start
    state stop store stream stub style sum support switch tag take test throw total trace track
    train transfer trigger try turn type undo update upgrade upload use view visit vote wait walk
    weight wire wrap yield zip zoom square sentence cover cycle delay dump exchange exercise 
    chain chunk direct drive fork grant hang lead leak lex probe prototype queue rescue rollback score
    share signal sink step symlink target trash trust floor gate glue guard halt harvest hint hook lift lint mirror mix mute nest page pin pipe pivot
    poke probe profile project proxy purge quit relay replay segment shim silence slide snap spread
    stage stamp stash supply sweep sync tally thread tick tint touch trap zero attempt demand
    """)

  /// The third person of a verb, as documentation has it: `returns`, `copies`, `matches`.
  static let thirdPerson: [String: String] = Dictionary(
    base.map { verb in
      if verb.hasSuffix("y"), let before = verb.dropLast().last, !"aeiou".contains(before) {
        return (verb.dropLast() + "ies", verb)
      }
      let hisses = ["s", "x", "z", "ch", "sh", "go", "do"].contains { verb.hasSuffix($0) }
      return (verb + (hisses ? "es" : "s"), verb)
    }, uniquingKeysWith: { first, _ in first })

  static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}
