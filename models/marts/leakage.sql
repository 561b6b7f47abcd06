-- Leakage by every method, each figure under its method's name, with what is unknown beside it.
-- Referral-based counts stand in the month of the order, claims-based and chain counts in the month of service; counts add up over any cut,
-- rates do not.
-- grain: month, specialty, referring_location, payer
-- check: episodes = ordered_in + ordered_out + ordered_unknown
-- check: episodes = realized_in + realized_out + realized_unknown + not_completed
-- check: realized_out = avoidable + not_avoidable + unproven
-- check: leakage_realized is null or leakage_realized between leakage_realized_low and leakage_realized_high
with meant as (
  select
    e.ordered_month as month, e.specialty, coalesce(e.referring_location, 'Unknown') as referring_location, coalesce(e.payer, 'Unknown') as payer,
    count(*) as episodes,
    count(*) filter (where l.intended_network = 'in') as ordered_in,
    count(*) filter (where l.intended_network = 'out') as ordered_out,
    count(*) filter (where l.intended_network = 'unknown') as ordered_unknown,
    count(*) filter (where l.actual_network = 'in') as realized_in,
    count(*) filter (where l.actual_network = 'out') as realized_out,
    count(*) filter (where l.actual_network = 'unknown') as realized_unknown,
    count(*) filter (where l.actual_network = 'not_completed') as not_completed,
    count(*) filter (where l.actual_network in ('in', 'out') and l.basis = 'inferred') as realized_inferred,
    count(*) filter (where l.avoidability = 'avoidable') as avoidable,
    count(*) filter (where l.avoidability = 'not_avoidable') as not_avoidable,
    count(*) filter (where l.avoidability = 'unproven') as unproven,
    count(*) filter (where l.actual_network = 'out' and l.option_existed) as left_with_option,
    -- In whole cents, so that the order of the rows cannot show.
    cast(sum(cast(l.dollars as decimal(18, 2))) as double) as dollars,
    cast(sum(cast(l.dollars_low as decimal(18, 2))) as double) as dollars_low,
    cast(sum(cast(l.dollars_high as decimal(18, 2))) as double) as dollars_high,
    cast(sum(cast(l.dollars as decimal(18, 2))) filter (where l.dollars_basis = 'estimate') as double) as dollars_estimated,
    cast(sum(cast(l.dollars as decimal(18, 2))) filter (where l.avoidability = 'avoidable') as double) as dollars_avoidable,
    count(*) filter (where l.dollars_basis = 'unknown') as dollars_missing
  from core.leakage l
  join core.episode e on e.episode_key = l.episode_key
  group by all
),
claimed as (
  select
    r.month, r.specialty, r.referring_location, r.payer,
    count(*) filter (where r.network = 'in') as claims_in,
    count(*) filter (where r.network = 'out') as claims_out,
    count(*) filter (where r.network = 'unknown') as claims_unknown,
    cast(sum(cast(r.dollars as decimal(18, 2))) filter (where r.network = 'in') as double) as dollars_in,
    cast(sum(cast(r.dollars as decimal(18, 2))) filter (where r.network = 'out') as double) as dollars_out,
    cast(sum(cast(r.dollars as decimal(18, 2))) filter (where r.network = 'unknown') as double) as dollars_unknown
  from core.visit_role r
  where r.is_specialist and r.claimed and r.attributed and r.covered
  group by all
),
chained as (
  select
    cast(date_trunc('month', c.day) as date) as month, c.specialty, coalesce(p.location, 'Unknown') as referring_location, c.payer,
    count(*) filter (where c.network = 'in') as chain_in,
    count(*) filter (where c.network = 'out') as chain_out,
    count(*) filter (where c.network = 'unknown') as chain_unknown
  from core.chain c
  left join core.provider p on p.provider_key = c.from_provider_key
  group by all
),
places as (
  select month, specialty, referring_location, payer from meant
  union select month, specialty, referring_location, payer from claimed
  union select month, specialty, referring_location, payer from chained
),
summed as (
  select
    k.month, k.specialty, k.referring_location, k.payer,
    coalesce(m.episodes, 0) as episodes, coalesce(m.ordered_in, 0) as ordered_in, coalesce(m.ordered_out, 0) as ordered_out,
    coalesce(m.ordered_unknown, 0) as ordered_unknown, coalesce(m.realized_in, 0) as realized_in,
    coalesce(m.realized_out, 0) as realized_out, coalesce(m.realized_unknown, 0) as realized_unknown,
    coalesce(m.not_completed, 0) as not_completed, coalesce(m.realized_inferred, 0) as realized_inferred,
    coalesce(m.avoidable, 0) as avoidable, coalesce(m.not_avoidable, 0) as not_avoidable, coalesce(m.unproven, 0) as unproven,
    coalesce(m.left_with_option, 0) as left_with_option,
    m.dollars, m.dollars_low, m.dollars_high, m.dollars_estimated, m.dollars_avoidable, coalesce(m.dollars_missing, 0) as dollars_missing,
    coalesce(c.claims_in, 0) as claims_in, coalesce(c.claims_out, 0) as claims_out, coalesce(c.claims_unknown, 0) as claims_unknown,
    coalesce(c.dollars_in, 0) as dollars_in, coalesce(c.dollars_out, 0) as dollars_out, coalesce(c.dollars_unknown, 0) as dollars_unknown,
    f.visits_factor,
    coalesce(h.chain_in, 0) as chain_in, coalesce(h.chain_out, 0) as chain_out, coalesce(h.chain_unknown, 0) as chain_unknown
  from places k
  left join meant m
    on m.month = k.month and m.specialty = k.specialty and m.referring_location = k.referring_location and m.payer = k.payer
  left join claimed c
    on c.month = k.month and c.specialty = k.specialty and c.referring_location = k.referring_location and c.payer = k.payer
  left join chained h
    on h.month = k.month and h.specialty = k.specialty and h.referring_location = k.referring_location and h.payer = k.payer
  left join marts.claims_completion f on f.payer = k.payer and f.month = k.month
)
select
  month,                                                             -- Month, as its first day: of the order, or of service for claims and chains.
  specialty,                                                         -- Specialty.
  referring_location,                                                -- Department or site that refers; for claims that of the attributed clinician, for chains that of the specialist charged.
  payer,                                                             -- Payer.
  cast(episodes as integer) as episodes,                             -- Episodes ordered.
  cast(ordered_in as integer) as ordered_in,                         -- Meant for the network.
  cast(ordered_out as integer) as ordered_out,                       -- Meant for outside.
  cast(ordered_unknown as integer) as ordered_unknown,               -- Destination not known.
  cast(realized_in as integer) as realized_in,                       -- Seen in the network.
  cast(realized_out as integer) as realized_out,                     -- Seen outside.
  cast(realized_unknown as integer) as realized_unknown,             -- Seen nobody knows where, or nobody knows whether.
  cast(not_completed as integer) as not_completed,                   -- Not seen: ended without a visit, still open, or complete claims show none. Not leakage.
  cast(realized_inferred as integer) as realized_inferred,           -- Of those seen in or out, inferred from claims rather than stated.
  cast(avoidable as integer) as avoidable,                           -- Of those seen outside, avoidable: a clinician of ours met every limit on the order day.
  cast(not_avoidable as integer) as not_avoidable,                   -- Not avoidable, for a reason.
  cast(unproven as integer) as unproven,                             -- Neither shown.
  cast(left_with_option as integer) as left_with_option,             -- Of those seen outside, with a clinician of ours who met every limit, whatever the reason.
  dollars as leakage_dollars,                                        -- Allowed dollars of the outside visits of those that left, estimates included; empty where none is known.
  dollars_low as leakage_dollars_low,                                -- Low end of the estimates.
  dollars_high as leakage_dollars_high,                              -- High end.
  dollars_estimated as leakage_dollars_estimated,                    -- Of the dollars, estimated from the site's own table.
  dollars_avoidable as leakage_dollars_avoidable,                    -- Of the dollars, of avoidable episodes.
  cast(dollars_missing as integer) as leakage_dollars_missing,       -- Episodes that left whose dollars nobody knows.
  cast(claims_in as integer) as claims_visits_in,                    -- Specialist visits in the network, of attributed and continuously covered patients.
  cast(claims_out as integer) as claims_visits_out,                  -- Outside.
  cast(claims_unknown as integer) as claims_visits_unknown,          -- Unknown.
  dollars_in as claims_dollars_in,                                   -- Allowed dollars of those in the network.
  dollars_out as claims_dollars_out,                                 -- Outside.
  dollars_unknown as claims_dollars_unknown,                         -- Unknown.
  visits_factor as claims_completion,                                -- Share of that month's claims known by now; empty for payers without claims.
  cast(chain_in as integer) as chain_in,                             -- Visits to which specialists of ours sent patients on, in the network.
  cast(chain_out as integer) as chain_out,                           -- Outside.
  cast(chain_unknown as integer) as chain_unknown,                   -- Unknown.
  ordered_out / nullif(ordered_in + ordered_out, 0) as leakage_ordered, -- Meant for outside, of those whose destination is known.
  realized_out / nullif(realized_in + realized_out, 0) as leakage_realized, -- Seen outside, of those known to be seen in or out.
  realized_out / nullif(realized_in + realized_out + realized_unknown, 0) as leakage_realized_low, -- If all unknown had stayed.
  (realized_out + realized_unknown) / nullif(realized_in + realized_out + realized_unknown, 0) as leakage_realized_high, -- If all unknown had left.
  claims_out / nullif(claims_in + claims_out, 0) as leakage_claims_visits, -- Specialist visits outside, of those known.
  dollars_out / nullif(dollars_in + dollars_out, 0) as leakage_claims_dollars, -- Allowed dollars outside, of those known.
  avoidable / nullif(avoidable + not_avoidable, 0) as leakage_avoidable, -- Avoidable, of those seen outside where it could be shown either way.
  avoidable / nullif(avoidable + realized_in, 0) as leakage_net,     -- Avoidable, of avoidable and stayed.
  avoidable / nullif(avoidable + unproven + realized_in, 0) as leakage_net_low, -- If none of the unproven was avoidable.
  (avoidable + unproven) / nullif(avoidable + unproven + realized_in, 0) as leakage_net_high, -- If all were.
  realized_in / nullif(realized_in + left_with_option, 0) as keepage, -- Stayed, of those seen where a way to stay existed.
  chain_out / nullif(chain_in + chain_out, 0) as leakage_chain       -- Sent on outside, of those sent on by specialists of ours.
from summed
