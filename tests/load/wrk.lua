-- For wrk: sends the requests that these files hold, in turn, and prints what came of them.
local requests, place = {}, 0

function init(paths)
  for _, path in ipairs(paths) do
    local file = assert(io.open(path, "rb"))
    requests[#requests + 1] = file:read("*a")
    file:close()
  end
end

function request()
  place = place % #requests + 1
  return requests[place]
end

function done(summary)
  local errors = summary.errors
  local n_failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  print(string.format("outcome %d %d %d", summary.requests, summary.duration, n_failed))
end
