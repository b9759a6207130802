// Every limit of the control plane, each with its reason. Nothing waits, retries or grows without one of these.

import { days, hours, type Ms, minutes, seconds } from '../../base/time.ts';
import type { Effect } from '../../record/effect.ts';

// ── How often is looked ──────────────────────────────────────────────────────────────────────────────────────────────
// A look is a few Describe calls. Where the service is down for it each second counts; what takes minutes, or what its
// own event tells, is looked at less often.

/** The service waits for it: nothing is slower for the sake of a read. */
export const LOOK_AGAIN = seconds(1);
/** An end or a proof, which EC2 shows some seconds after it happened. */
export const LOOK_SOON = seconds(2);
/** The answer to a probe: nothing waits for it, and the host needs a second or two. */
export const LOOK_AT_PROBE = seconds(3);
/** An agent that cannot be there yet, or that is not needed before the hours begin. */
export const LOOK_AT_AGENT = seconds(4);
/** A snapshot, a listing or an end that takes longer than seconds as a rule. */
export const LOOK_OFTEN = seconds(5);
/** Listings that lag: more looks would read the same. */
export const LOOK_SLOWLY = seconds(10);
/** What was read must not be read of the same moment once more. */
export const LOOK_ANOTHER_TIME = seconds(20);
/** Nothing waits for it, and its event wakes the loop. */
export const LOOK_RARELY = seconds(30);
/** Takes minutes to hours, and is announced by an event as a rule. */
export const LOOK_SELDOM = minutes(1);

// ── What a reading is worth ──────────────────────────────────────────────────────────────────────────────────────────

/** EC2's listings are late by seconds as a rule, by this at most. */
export const READING_AGE = minutes(5);
/** A loop that turns every second reads one moment many times: of several readings each counts once in this time. */
export const READING_COUNTS = minutes(1);
/** An event says that an instance ended, a listing shows it otherwise: for this long it is read every other second. */
export const TOLD_NEAR = seconds(30);
/** Between two readings that show a volume free whose owner took it less than `READING_AGE` ago. */
export const FREE_SEEN_FOR = seconds(3);
/** A contradiction becomes a hold only after this many reads over this long. */
export const SUSPICION_READS = 3;
export const SUSPICION_LASTS = minutes(5);
/** A volume or snapshot in no complete listing for this long, which is longer than a listing is ever late … */
export const RESOURCE_MISSING = minutes(6);
/** … and in so many of them, is gone. */
export const RESOURCE_READINGS = 3;

// ── Calls: refused, lost, asked again ────────────────────────────────────────────────────────────────────────────────

/** A call that was refused rests: the same moment refuses it again, and the loop must not spin on it. */
export const REFUSED_PAUSE = seconds(15);
/** An account limit is freed by another workload's stop or by AWS, in minutes. */
export const REFUSED_BY_QUOTA = seconds(60);
interface CallPace {
  first: Ms;
  most: Ms;
  tries?: number;
  ends?: string;
  forgotten?: Ms;
}
/**
 * The same call, asked for again whatever became of the last one: not before `first`, which doubles with each up to `most`.
 * So many `tries` in a row without an effect are an alert; where the step has an end of its own, `ends` names it.
 */
export const CALL_PACES: Readonly<Record<Effect['kind'], CallPace>> = {
  // Under the same token: the second try mostly has the answer that was lost.
  launch: { first: seconds(3), most: minutes(1), tries: 8 },
  'create-volume': { first: seconds(3), most: minutes(1), tries: 8 },
  // A backup by hand must not wait for the one before.
  snapshot: { first: seconds(5), most: seconds(5), ends: 'FAILED_SNAPSHOTS; a base waits BASE_AGAIN' },
  attach: { first: seconds(10), most: seconds(10), ends: 'ATTACH_DEADLINE: another instance' },
  detach: { first: seconds(10), most: seconds(10), ends: 'DETACH_DEADLINE: the instance is ended' },
  'keep-volume': { first: seconds(5), most: minutes(1), tries: 5 },
  terminate: { first: minutes(1), most: minutes(1), tries: 10 },
  'tag-volume': { first: seconds(8), most: minutes(1), tries: 6 },
  'delete-volume': { first: minutes(1), most: minutes(5), tries: 6 },
  'delete-snapshot': { first: minutes(1), most: minutes(5), tries: 6 },
  'associate-address': { first: seconds(20), most: minutes(5), tries: 6 },
  // Of one document on one instance; a probe five minutes later is a new one.
  command: { first: seconds(3), most: seconds(45), tries: 20, ends: 'its deadline', forgotten: minutes(2) },
};
/** A call that was asked for this long ago is a new one: the longest pause between two tries is shorter (`ASK_ABSENT_EVERY`). */
export const CALL_FORGOTTEN = minutes(15);
/** Calls of one workload that are remembered: it makes a few at a time. */
export const CALLS_KEPT = 12;
/** Snapshots of a dataset whose answer was lost are looked for this long before the call is repeated. */
export const LOST_SNAPSHOT = minutes(2);
/** A volume that the version before asked for is looked for this long: a minute more than a listing is ever late. */
export const LOST_VOLUME = minutes(6);
/** A launch whose answer was lost shows itself in the listings within this. */
export const LOST_LAUNCH = minutes(2);

// ── Instances: capacity and launches ─────────────────────────────────────────────────────────────────────────────────

/** One launch try; the agent is usually there after 30–60 s, one launch in 200 takes over 120 s. */
export const LAUNCH_DEADLINE = minutes(3);
/** No agent was ever online sooner after its launch: until then one look in a while is enough. */
export const AGENT_SOONEST = seconds(10);
/** A candidate that was ready and is in no listing for this long is gone: a listing is late by seconds. */
export const CANDIDATE_MISSING = minutes(2);
/** Instances launched per workload and hour: more means something is broken and costs money. */
export const LAUNCHES_PER_HOUR = 12;
/** Launches and deletions are counted over this. */
export const COUNTED_OVER = hours(1);
/** After a launch that failed for no reason that time would cure, or that named none. */
export const LAUNCH_AGAIN = seconds(30);
/** After an account limit: it takes an operator or another workload's stop to free it. */
export const QUOTA_PAUSE = minutes(5);
/** A refused pool is asked again after this long, doubling to the cap: short, because capacity returns in minutes. */
export const REFUSAL_FIRST = seconds(45);
export const REFUSAL_CAP = minutes(4);
/** A pool that cannot serve at all (type not offered there, subnet full). */
export const UNUSABLE_POOL = hours(6);
/** A pool that has been open for this long starts afresh: what refused an hour ago says nothing of now. */
export const POOL_FORGOTTEN = hours(1);
/** No pool says when it opens (no subnet, no type): a changed definition wakes the loop anyway. */
export const NO_OPENING_KNOWN = minutes(1);
/** A return to Spot costs a planned interruption: one try in the quiet hours of a day. */
export const RETURN_TO_SPOT_EVERY = hours(20);

// ── Instances: their end ─────────────────────────────────────────────────────────────────────────────────────────────

/** Between two repeats of a terminate that was accepted but shows no effect. */
export const TERMINATE_AGAIN = minutes(2);
/** An absent instance is asked to end only this often: the answer decides whether its absence may count as proof. */
export const ASK_ABSENT_EVERY = minutes(10);
/** An end takes seconds, at most a minute or two: then it is looked at less often … */
export const END_NEAR = minutes(3);
/** … an alert is sent … */
export const SLOW_END = minutes(5);
/** … and the terminate is repeated with force (of the instance, never of the volume). */
export const FORCE_TERMINATE_AFTER = minutes(10);
/** In no listing for this long: looked for only as often as it is asked to end. If it was an owner, Spotkeep alerts. */
export const UNPROVED_END = minutes(30);
/** A candidate that never had the volume, in no listing this long after its end was accepted. EC2 lists the terminated for an hour. */
export const CANDIDATE_GONE = minutes(20);
/** Proof of death by absence: first missing listing this long after it was last seen, three of them, this far apart. */
export const ABSENCE_FIRST = hours(2);
export const ABSENCE_APART = minutes(10);
export const ABSENCE_LISTINGS = 3;
/** An owner in no listing for this long is taken for gone; its end is still to be proved. */
export const OWNER_VANISHED = minutes(6);

// ── The owner: attach, start, serve ──────────────────────────────────────────────────────────────────────────────────

/** Attach usually takes 1–4 s; a stuck one never ends, and the volume is freed by ending the instance. */
export const ATTACH_DEADLINE = minutes(3);
/** AttachVolume and DetachVolume have no token: one whose answer was lost is looked at this long before it is sent again. */
export const ATTACH_AGAIN = seconds(15);
/** Between two sends of the same operation whose answer has not come … */
export const COMMAND_RESEND = seconds(45);
/** … and of one that Systems Manager surely has not, or whose answer was cut. */
export const COMMAND_RESEND_LOST = seconds(3);
/** Fsck, mount and Docker's start on a large volume. */
export const START_DEADLINE = minutes(5);
/** mkfs of the largest volume, and the reading of its ends before it. */
export const FORMAT_DEADLINE = minutes(10);
/** A probe reads and asks Docker once: an answer later than this says nothing of now. */
export const PROBE_DEADLINE = minutes(2);
/** Starts that failed on one instance before another is taken. */
export const START_FAILURES = 3;
/** Before the second try, twice as long before the third: a device that is slow to appear has time to. */
export const START_AGAIN = seconds(7);
/** Instances in a row that could not start Docker on the volume: the next would not either, so the operator has to look. */
export const FAILED_INSTANCES = 3;
/** Between two tries at moving the address. */
export const ADDRESS_AGAIN = seconds(30);
/** A stopped container is noticed within this, and a renewed grant reaches the host. */
export const PROBE_EVERY = minutes(5);
/** Agent lost this long, and the reachability check failing: the instance is replaced. */
export const AGENT_LOST = minutes(5);
/** So many probes in a row have to find the application unhealthy before an alert is sent: restarts and updates pass. */
export const UNHEALTHY_PROBES = 3;
/** Containers named at most, and the length of a name: both go into the record. */
export const UNHEALTHY_NAMED = 10;
export const UNHEALTHY_NAME = 100;
/** Of the binds a host names: paths are of any length, and three are enough to see what is meant. */
export const BINDS_BYTES = 4_096;
/** That the owner is alive is written down only this often: each write costs, and absence counts in hours. */
export const ALIVE_WRITTEN_EVERY = minutes(10);
/** Without a control plane a service runs on for a day, and no longer. */
export const GRANT_MAX = hours(24);
/** Past the end of the wanted run and its grace: for a stop that comes late. */
export const GRANT_MARGIN = minutes(10);
/** A grant that grows by less is not worth a command. */
export const GRANT_WORTH = minutes(1);

// ── The owner: warning and drain ─────────────────────────────────────────────────────────────────────────────────────

/** A Spot notice comes two minutes ahead: docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const SPOT_NOTICE = minutes(2);
/** Drain begins at the latest this long after the notice … */
export const DRAIN_AFTER_NOTICE = seconds(60);
/** … or this long before the announced time, whichever is first. */
export const DRAIN_BEFORE_ACTION = seconds(50);
/** `stop` must have ended this long before the announced time … */
export const STOP_BEFORE_ACTION = seconds(10);
/** … but has this long in any case, as the shortest grace that a definition may give. */
export const STOP_LEAST = seconds(10);
/** stop is capped by the host at its budget; past this the instance is ended instead. */
export const STOP_MARGIN = seconds(30);
/** A draining owner in no listing: after this nothing is asked of it any more. */
export const DRAINING_MISSING = minutes(1);
/** Detach of an unmounted volume takes seconds; past this the instance is ended, which frees the volume too. */
export const DETACH_DEADLINE = seconds(60);

// ── Volumes and their tags ───────────────────────────────────────────────────────────────────────────────────────────

/** A tag is read back within seconds: the same is written again only after this. */
export const TAG_AGAIN = seconds(10);
/** Of a volume at rest nothing waits for the tag. */
export const TAG_AGAIN_AT_REST = minutes(1);
/** Role and generation of an adopted volume are written and read back within this, or the operator has to look. */
export const ADOPTION_TAGS = minutes(10);
/** A blank volume is available after seconds: one that is still being created was not made. */
export const BLANK_DEADLINE = minutes(5);
/** A copy of a snapshot as well, but the call may have been made again long after its phase began. */
export const COPY_DEADLINE = minutes(10);
/** After the first new volume that failed while it was created (a disabled key, a burned token): three times as long each time, … */
export const VOLUME_PAUSE = seconds(5);
/** … up to this. */
export const VOLUME_PAUSE_MAX = minutes(10);
/** So many in a row take about two hours: then it is a hold, and nothing more is made. */
export const FAILED_VOLUMES = 15;
/** Volumes per dataset (C4): active, one on its way, one superseded. */
export const VOLUMES_PER_DATASET = 3;

// ── Snapshots and deletions ──────────────────────────────────────────────────────────────────────────────────────────

/** A recovery point is made this much before it is due: a service at rest is looked at each ten minutes. */
export const POINT_EARLY = minutes(10);
/** Lower retention applies after so many days: time in which the operator may notice, and take it back. */
export const RETENTION_DELAY = days(7);
/** Manual backups stay until an owner deletes them: more than an operator looks after, and each is paid for. */
export const MANUAL_BACKUPS = 20;
/** A base that could not be made is tried again after this: nothing waits for it. */
export const BASE_AGAIN = hours(1);
/** Between two requests for snapshots, so that a failing one is not repeated without end. */
export const SNAPSHOTS_APART = minutes(1);
/** After the first snapshot that failed; three times as long each time, up to ten minutes … */
export const SNAPSHOT_PAUSE = seconds(5);
export const SNAPSHOT_PAUSE_MAX = minutes(10);
/** … and after so many of one move (about two hours) it is a hold. */
export const FAILED_SNAPSHOTS = 15;
/** The newest completed snapshots, of whatever kind: the next ones are small because of them. */
export const NEWEST_KEPT = 2;
/**
 * Final snapshots kept in the place of their volumes: two moves an hour, each hour of the seven days. At the limit nothing
 * more is deleted before its days, and the data stays in its zone.
 */
export const SNAPSHOTS_IN_PLACE = 336;
/** Between two tries at the final snapshot of a volume that a restore left behind: nothing waits for it. */
export const FINAL_AGAIN = hours(1);
/** A copy that was never promoted goes after this: there was time to look at what failed. */
export const UNPROMOTED_KEPT = hours(1);
/** A mistake of the sweep must not be quick. */
export const DELETIONS_PER_HOUR = 10;
/** A deletion whose effect does not show is asked for again after a time in which EC2 always showed it. */
export const DELETE_AGAIN = minutes(5);

// ── Moves, restores, recovery ────────────────────────────────────────────────────────────────────────────────────────

/** A move costs about four minutes of downtime: the zone must have refused for most of that before it is left. */
export const LEAVE_ZONE_AFTER = minutes(3);
/** No move when so little of the wanted run is left that it would hardly serve. */
export const MOVE_WORTH = minutes(15);
/**
 * No second move within this time before the zone has refused for longer than the first move took, where on-demand comes
 * before that (no chasing). Without it the service is down and has nothing to lose by another.
 */
export const MOVE_AGAIN_AFTER = minutes(15);
export const LEAVE_AGAIN_AFTER = minutes(10);
/** A move that an operator asked for waits this long for capacity while the service runs; asking again asks again. */
export const MOVE_WAITS = hours(2);
/** A snapshot longer than this is not worth a waiting instance: it is released and sought again at the end. */
export const CANDIDATE_KEPT = minutes(15);
/** A snapshot of a small change is completed within this: after it it is looked at less often. */
export const SNAPSHOT_NEAR = minutes(10);
/** A snapshot to restore that no listing shows is looked for this long: listings are late, and people mistype. */
export const SNAPSHOT_LOOKED_FOR = minutes(5);
/** A restore waits this long for room: a final snapshot and the sweep's next call, both with time to spare. */
export const ROOM_WAITED_FOR = minutes(30);
/** Recovery: no instance may show itself for this long. A launch under way when the table was restored is over by then. */
export const RECOVERY_QUIET = minutes(10);
/** A listing that changes while it is read may leave something out: so many readings at least, and what one of them showed counts. */
export const RECOVERY_READINGS = 5;
/** Above every operation that a host of the lost time may have seen. */
export const OPERATIONS_AHEAD = 1_000_000;

// ── The loop, the record, what people are told ───────────────────────────────────────────────────────────────────────

/** Longer than a turn's calls take, short enough that another call takes over a dead one's work at once. */
export const LEASE = seconds(15);
/** The round in which every workload is looked at, whatever its wakeAt. */
export const ROUND_EVERY = minutes(10);
/** The record keeps this many items of each list; older ones are history. */
export const LIST_KEPT = 10;
/** Shorter waits are part of every start: a first one with its setup script takes over a minute. */
export const WAIT_WORTH_TELLING = seconds(90);
/** Alerts of one kind repeat at most this often, a hold that lasts as well. */
export const ALERT_EVERY = hours(1);
