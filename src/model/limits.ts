/** Every bound in one place; `test/model/limits.test.ts` asserts how they relate. Bytes unless the name says else. */
export const limits = {
  /** A DAG or placement file. */
  fileMaxBytes: 8 * 1024 * 1024,
  dagMaxNodes: 20_000,
  dagMaxEdges: 400_000,
  /** A DAG with its defaults filled in, about as it stands in the log. */
  dagMaxBytes: 16 * 1024 * 1024,
  yamlMaxDepth: 32,
  /** About three seconds of reading, ten where each is a mistake. */
  yamlMaxTokens: 1_500_000,
  yamlMaxAliases: 10_000,
  /** Values of a YAML file with each alias written out. */
  expandedMaxValues: 2_000_000,
  /** Problems shown of one file, and the cycles among them. */
  diagnosticsMax: 100,
  cyclesShownMax: 10,
  serversMax: 1_000,
  /** Commands at a time on one server. */
  concurrencyMax: 100_000,
  paramsMax: 100,
  paramMaxBytes: 16 * 1024,
  /** Entries of one `env` or `labels`. */
  mapMaxEntries: 500,
  /** An argument or a variable of a command; Linux refuses strings of 128 KiB (MAX_ARG_STRLEN). */
  argumentMaxBytes: 120 * 1024,
  durationMaxMs: 365 * 24 * 3_600_000,
  /** Nodes at which one run starts. */
  runFromMax: 1_000,
  retryLimitMax: 10_000,
  maxLostMax: 1_000,
  priorityMax: 1_000_000,

  /** A node's output, and the sum of what a node gets from upstream. */
  outputMaxBytes: 256 * 1024,
  /** `DAGTOP_INPUT` as an environment variable; Linux refuses strings of 128 KiB (MAX_ARG_STRLEN). */
  inputEnvMaxBytes: 120 * 1024,
  /** The last bytes of a failed command's output that travel with its result. */
  tailMaxBytes: 2 * 1024,
  /** Kept of each stream of an attempt: this much from its start and this much from its end. */
  captureHeadMaxBytes: 256 * 1024,
  captureTailMaxBytes: 768 * 1024,
  /** Times noted of each kept piece of a stream: so many, and one more for so many bytes. */
  captureMarksMin: 1_024,
  captureBytesPerMark: 32,
  /** How deep a node's output may be nested: other readers of JSON recurse. */
  outputMaxDepth: 100,
  /** Output of ended attempts that an agent keeps for later reading; the oldest goes first. */
  keptAttemptsMax: 20_000,
  keptOutputMaxBytes: 2 * 1024 * 1024 * 1024,
  keptOutputMaxMs: 7 * 24 * 3_600_000,
  /** One piece of live output, and what one agent sends of it per second; the rest is left out and read later. */
  liveChunkMaxBytes: 64 * 1024,
  liveMaxBytesPerSecond: 4 * 1024 * 1024,
  /** Kept output in one reply. */
  outputReplyMaxBytes: 256 * 1024,
  /** Times in one reply, or in one piece of live output; a reply with more has fewer bytes. */
  outputMarksMax: 4_096,
  /** How long KILL may take to end a process tree before it is given up (a process in the kernel can't be ended). */
  killWaitMaxMs: 5_000,

  /** Attempts that the agent's journal knows as ended, and how long: a redelivered message finds them there. */
  journalConfirmedMax: 500_000,
  journalConfirmedMs: 26 * 3_600_000,
  /** The journal is written anew when it is this large and most of it is past. */
  journalRewriteAboveBytes: 8 * 1024 * 1024,

  /** One record of the event log, as stored (large ones are compressed). NATS servers take 1 MiB by default. */
  recordMaxBytes: 900 * 1024,
  /** Events are gathered into one record up to this many bytes before compression. */
  recordTargetBytes: 128 * 1024,
  /** What a record may expand to. */
  recordInflatedMaxBytes: 32 * 1024 * 1024,
  /** Records above this are compressed; smaller ones stay readable for plain subscribers. */
  recordCompressAboveBytes: 256 * 1024,
  inboxMessageMaxBytes: 512 * 1024,
  busMessageMaxBytes: 512 * 1024,
  /** What may wait in one process until the broker takes it; beyond, append and send reject and publish drops. */
  brokerPendingMaxBytes: 64 * 1024 * 1024,
  /** What a follower of the log gets at once: this many records, of this many bytes (or one larger record). */
  followBatchMax: 512,
  followBatchMaxBytes: 2 * 1024 * 1024,
  /** What the embedded bus keeps for the other processes on the machine. */
  busRingMax: 16_384,
  busRingMaxBytes: 16 * 1024 * 1024,
  /** Attempts sent in one inbox message. */
  inboxBatchMax: 500,
  /** Events that may wait for the broker in one process, and how many go into one append. */
  logBacklogMax: 200_000,
  logBatchMax: 5_000,
  outboxBacklogMax: 50_000,
  /** Attempts that a heartbeat names. */
  heartbeatAttemptsMax: 100,
  /** Messages that an agent holds unacknowledged. */
  inboxInFlightMax: 64,

  /** Ids of operators' and definitions' events remembered against second copies. */
  recentIdsMax: 10_000,
  /** Finished runs kept in memory; older ones are dropped from the folded state. */
  finishedRunsMax: 1_000,
  lateResultsMax: 4,
  /** The leader writes a checkpoint after so many events, and so many more for each further part that the last one had. */
  checkpointEveryEvents: 20_000,
  /** Text of a checkpoint, in characters, and what finished runs may take of it, the newest first. */
  checkpointMaxLength: 64 * 1024 * 1024,
  checkpointRunsMaxLength: 16 * 1024 * 1024,
  checkpointPartMaxLength: 600 * 1024,
  checkpointPartsMax: 100,
  /** The log is trimmed to checkpoints that are older than so much; the least that can be set. */
  keepLogMs: 7 * 24 * 3_600_000,
  keepLogMinMs: 3_600_000,
  /** Complete checkpoints that are known; of more, every second is forgotten. */
  checkpointsKnownMax: 64,
  /** How far from its end the log is looked through first for a checkpoint to begin at, and how much farther each time. */
  checkpointLookRecords: 512,
  checkpointLookFactor: 4,
  /** Records, of one to many events, that a process reads at its start though it need not, for people to see. */
  recentRecordsRead: 200,
  /** Decisions in one round; what is left comes in the next. */
  decisionsMax: 5_000,
  /** Attempts kept whole per node; retrying on and on by hand drops the oldest from view. */
  attemptsShownMax: 100,

  /** Pauses of a run that are kept for display; the oldest go first. */
  pausesShownMax: 100,
  /** Attempts of runs at the same time that are looked at to tell who had the slots. */
  slotEvidenceMax: 50_000,
  /** Earlier runs from which times are expected, and nodes and dependencies of them that are looked at. */
  historyRunsMax: 50,
  historyWorkMax: 2_000_000,
  /** Events that a recorder gathers before it waits for the database. */
  historyGatheredMax: 4_000,
  /** Steps of a run's replay, from its trigger on. */
  replayStepsMax: 100_000,

  /** The API: what a request may be. */
  apiBodyMaxBytes: 1024 * 1024,
  apiHeaderMaxBytes: 16 * 1024,
  apiConnectionsMax: 1_000,
  /** A request must have come after so long; an answer that nobody reads ends after so long. */
  apiRequestMaxMs: 15_000,
  apiIdleMaxMs: 60_000,
  /** Requests a second of one caller: those that read, and those that change something. */
  apiReadsPerSecond: 5_000,
  apiWritesPerSecond: 50,
  /** Wrong tokens of one address, and addresses that are remembered for them. */
  apiFailuresPerMinute: 20,
  apiFailingAddressesMax: 1_000,
  apiTokensMax: 1_000,
  /** How long a change may take until the log has it; then the answer is 503. */
  apiAppendMaxMs: 5_000,
  /** Streams open at a time, and those of one caller. */
  apiStreamsMax: 500,
  apiStreamsPerCallerMax: 100,
  /** Events that a stream can go back to. */
  apiEventsKept: 10_000,
  /** Runs whose place in the log is known. */
  apiRunSpansMax: 10_000,
  /** An output of a node that comes along with its run. */
  apiInlineOutputMaxBytes: 4 * 1024,

  /** Spans that wait for a collector, and how many leave at once. */
  spansWaitingMax: 8_192,
  spanBatchMax: 256,
  /** Messages that wait for one target of `notify`, and its size. */
  noticesWaitingMax: 1_000,
  noticeMaxBytes: 64 * 1024,
  /** Nodes that a message about a failed run names, with the end of what they wrote. */
  noticeNodesMax: 20,
  /** A message that could not be delivered for so long is given up. */
  noticeMaxAgeMs: 24 * 3_600_000,
  /** How long a target may take to answer. */
  noticeTimeoutMs: 10_000,
  notifyTargetsMax: 50,
  /** A secret of a target, as its file holds it. */
  secretMinBytes: 16,
  secretMaxBytes: 4 * 1024,

  /** How often the screen may be drawn. */
  framesPerSecondMax: 30,
  /** Lines of a command's output that a viewer holds, and characters of one. */
  logLinesShownMax: 5_000,
  logLineMaxLength: 4_000,
  /** Characters of a line that `dagtop logs` prints of a merged log. */
  logPrintedLineMaxLength: 256 * 1024,
  /** Nodes whose output a log of several follows at a time: each costs two requests a second. */
  logNodesFollowedMax: 12,
  /** What a filter of the log may cost each time it is shown: a few hundredths of a second. */
  logSiftMaxSteps: 2_000_000,
  /** What one key that searches may cost. */
  logSeekMaxSteps: 10_000_000,

  /** A regular expression that an operator types: its characters, and what it is compiled to. */
  patternMaxLength: 500,
  patternMaxSteps: 500,
  /** What marking the matches in one line may cost. */
  markingMaxSteps: 200_000,

  /** A drawing: boxes and the points where lines pass a layer, and lines between two layers. */
  drawingMaxPoints: 200_000,
  drawingMaxLinesPerGap: 8_000,
  /** Boxes and edges that the screen lays out while it waits, in about 100 ms. More go to a thread of their own. */
  layoutAtOnceMax: 1_000,
  /** Cells painted at once; larger drawings are painted in windows. */
  gridMaxCells: 16_000_000,
} as const;
