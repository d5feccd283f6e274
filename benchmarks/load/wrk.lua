-- For wrk: sends the requests in these files in turn, and prints how many answers had which status.
local requests, place, threads = {}, 0, {}

function setup(thread)
  threads[#threads + 1] = thread
end

function init(paths)
  counts = {}
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

function response(status, headers)
  local name = tostring(status)
  if status == 503 and not headers["Retry-After"] then name = "503_without_Retry-After" end
  counts[name] = (counts[name] or 0) + 1
end

function done(summary, latency)
  local errors = summary.errors
  print("outcome duration_us " .. summary.duration)
  print("outcome p50_us " .. latency:percentile(50))
  print("outcome p99_us " .. latency:percentile(99))
  print("outcome lost " .. errors.connect + errors.read + errors.write + errors.timeout)
  for _, thread in ipairs(threads) do -- one, as wrk.py starts it
    for name, count in pairs(thread:get("counts")) do
      print("outcome " .. name .. " " .. count)
    end
  end
end
