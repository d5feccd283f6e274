#!/bin/sh
# Reads the pictures that were put into the folder in/ of a folder, which is the argument: each once,
# also when a run is killed. Results come to results/, read pictures to done/. Once a minute by cron:
#   * * * * * /usr/local/bin/read_new_pictures.sh /srv/pictures
set -eu
cd "$1"
mkdir -p in work done results
exec 9>lock
flock --nonblock 9 || exit 0 # the run before has not ended

batch=work/$(date +%Y-%m-%dT%H.%M.%S)-$$
mkdir "$batch"
find in -type f -mmin +1 -exec mv --no-clobber --target-directory "$batch" {} + # no longer written
rmdir --ignore-fail-on-non-empty "$batch"

for folder in work/*/; do # with those that a killed run has left
  [ -d "$folder" ] || continue
  name=$(basename "$folder")
  # 1: some could not be read, which the table says
  inkling read --quiet --csv --out "results/$name.csv" --resume "$folder" || [ $? = 1 ]
  mv "$folder" "done/$name"
done
