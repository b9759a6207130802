// Every limit of the control plane, each with its reason. Nothing waits, retries or grows without one of these.

import { days, hours, minutes, seconds } from '../../base/time.ts';

/** One launch try; the agent is usually there after 30–60 s, one launch in 200 takes over 120 s. */
export const LAUNCH_DEADLINE = minutes(3);
/** No agent was ever online sooner after its launch: until then one look in a while is enough. */
export const AGENT_SOONEST = seconds(10);
/** A candidate that was ready and is in no listing for this long is gone: a listing is late by seconds. */
export const CANDIDATE_MISSING = minutes(2);
/** EC2's listings are late by seconds as a rule, by this at most. */
export const READING_AGE = minutes(5);
/** An event says that an instance ended, a listing shows it otherwise: so long it is read every other second. */
export const TOLD_NEAR = seconds(30);
/** Between two readings that show a volume free whose owner took it less than that ago. */
export const FREE_SEEN_FOR = seconds(3);
/** Attach usually takes 1–4 s; a stuck one never ends, and the volume is freed by ending the instance. */
export const ATTACH_DEADLINE = minutes(3);
/** Between two sends of the same operation whose answer has not come. */
export const COMMAND_RESEND = seconds(45);
export const START_DEADLINE = minutes(5);
export const FORMAT_DEADLINE = minutes(10);
export const PROBE_DEADLINE = minutes(2);
/** Starts that failed on one instance before another is taken. */
export const START_FAILURES = 3;
/** Before the second try, twice as long before the third: a device that is slow to appear has time to. */
export const START_AGAIN = seconds(7);
/** Instances in a row that could not start Docker on the volume: the next would not either, a person has to look. */
export const FAILED_INSTANCES = 3;
/** The spot notice comes 2 min ahead: drain begins at the latest this long after it … */
export const DRAIN_AFTER_NOTICE = seconds(60);
/** … or this long before the announced time, whichever is first. */
export const DRAIN_BEFORE_ACTION = seconds(50);
/** stop is capped by the host at its budget; past this the instance is ended instead. */
export const STOP_MARGIN = seconds(30);
/** Detach of an unmounted volume takes seconds; past this the instance is ended, which frees the volume too. */
export const DETACH_DEADLINE = seconds(60);
/** After that long in shutting-down a terminate is repeated with force (of the instance, never of the volume). */
export const FORCE_TERMINATE_AFTER = minutes(10);
/** Between two repeats of a terminate that was accepted but shows no effect. */
export const TERMINATE_AGAIN = minutes(2);
/** Proof of death by absence: first missing listing this long after it was last seen, three of them, this far apart. */
export const ABSENCE_FIRST = hours(2);
export const ABSENCE_APART = minutes(10);
export const ABSENCE_LISTINGS = 3;
/** A contradiction becomes a hold only after this many reads over this long. */
export const SUSPICION_READS = 3;
export const SUSPICION_LASTS = minutes(5);
/** Between two tries at moving the address. */
export const ADDRESS_AGAIN = seconds(30);
export const PROBE_EVERY = minutes(5);
/** So many probes in a row have to find the application unhealthy before a person is told: restarts and updates pass. */
export const UNHEALTHY_PROBES = 3;
/** Containers named at most, and the length of a name: both go into the record. */
export const UNHEALTHY_NAMED = 10;
export const UNHEALTHY_NAME = 100;
/** The round in which every workload is looked at, whatever its wakeAt. */
export const ROUND_EVERY = minutes(10);
/** Agent lost this long, and the reachability check failing: the instance is replaced. */
export const AGENT_LOST = minutes(5);
export const GRANT_MAX = hours(24);
export const GRANT_MARGIN = minutes(10);
/** A refused pool is asked again after this long, doubling to the cap: short, because capacity returns in minutes. */
export const REFUSAL_FIRST = seconds(45);
export const REFUSAL_CAP = minutes(4);
/** A pool that cannot serve at all (type not offered there, subnet full). */
export const UNUSABLE_POOL = hours(6);
/** A move costs about four minutes of downtime: the zone must have refused for most of that before it is left. */
export const LEAVE_ZONE_AFTER = minutes(3);
/** No move when so little of the wanted run is left that it would hardly serve. */
export const MOVE_WORTH = minutes(20);
/** No second move within this time unless the zone has refused for longer than the first move took (no chasing). */
export const MOVE_AGAIN_AFTER = minutes(15);
export const LEAVE_AGAIN_AFTER = minutes(10);
/** A move that a person asked for waits this long for capacity while the service runs; asking again asks again. */
export const MOVE_WAITS = hours(2);
/** A snapshot longer than this is not worth a waiting instance: it is released and sought again at the end. */
export const CANDIDATE_KEPT = minutes(15);
/** Instances launched per workload and hour: more means something is broken and costs money. */
export const LAUNCHES_PER_HOUR = 12;
/** After an account limit: it takes a person or another workload's stop to free it. */
export const QUOTA_PAUSE = minutes(5);
/** Snapshots of a dataset whose answer was lost are looked for this long before the call is repeated. */
export const LOST_SNAPSHOT = minutes(2);
/** A volume that the version before asked for is looked for this long: EC2's listings are late by five minutes at most. */
export const LOST_VOLUME = minutes(6);
/** A launch whose answer was lost shows itself in the listings within this. */
export const LOST_LAUNCH = minutes(2);
/** Role and generation of an adopted volume are written and read back within this, or a person has to look. */
export const ADOPTION_TAGS = minutes(10);
/** A volume or snapshot in no complete listing for this long, which is longer than a listing is ever late … */
export const RESOURCE_MISSING = minutes(6);
/** … and in so many of them, is gone. */
export const RESOURCE_READINGS = 3;
export const BASE_SNAPSHOT_EVERY = days(1);
/** After the first new volume that failed while it was created (a disabled key, a burned token): three times as long each time, … */
export const VOLUME_PAUSE = seconds(5);
/** … up to this. */
export const VOLUME_PAUSE_MAX = minutes(10);
/** So many in a row take about two hours: then a person is called, and nothing more is made. */
export const FAILED_VOLUMES = 15;
/** After the first snapshot that failed; three times as long each time, up to ten minutes. After `FAILED_SNAPSHOTS` of one
 * move (about two hours) a person is called. */
export const SNAPSHOT_PAUSE = seconds(5);
export const SNAPSHOT_PAUSE_MAX = minutes(10);
export const FAILED_SNAPSHOTS = 15;
/** Volumes per dataset (C4): active, one on its way, one superseded. */
export const VOLUMES_PER_DATASET = 3;
/** Snapshots per dataset beyond the kept backups: the last base, the last migration's and one under way. */
export const SNAPSHOTS_BEYOND_BACKUPS = 4;
export const DELETIONS_PER_HOUR = 10;
export const LEASE = seconds(15);
export const RETURN_TO_SPOT_EVERY = hours(20);
/** Alerts of one kind repeat at most this often. */
export const ALERT_EVERY = hours(1);
/** The record keeps this many items of each list; older ones are history. */
export const LIST_KEPT = 10;
/** Of the binds a host names: paths are as long as anybody likes, and three are enough to see what is meant. */
export const BINDS_BYTES = 4_096;
