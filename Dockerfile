# docker build -t inkling . && docker run --rm -p 8000:8000 inkling
# `make pin` adds the digest of the base image to its name.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
COPY requirements.txt /build/
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_REQUIRE_HASHES=1
# Delete the packages' files that only developers need: tests, sources in C, type stubs.
RUN python3 -m venv --without-pip /venv \
 && python3 -m pip --python /venv/bin/python install -r /build/requirements.txt \
 && cd /venv/lib/python3*/site-packages \
 && find . -type d \( -name tests -o -name include -o -name f2py \) -prune -exec rm -r {} + \
 && find . -regex '.*\.\(a\|c\|cpp\|h\|hpp\|pyi\|pyx\)' -delete
# .dockerignore admits only what the app needs. Every user may read it, whatever the umask of the
# checkout was. It is compiled here, because a container with a read-only disk cannot keep the result.
WORKDIR /inkling
COPY . .
RUN chmod -R a+rX . && python3 -m compileall -q app deploy nn gunicorn.conf.py

FROM ${BASE}
COPY --from=build /venv /venv
COPY --from=build /inkling /inkling
WORKDIR /inkling
# Return freed memory to the operating system: otherwise glibc's allocator keeps tens of megabytes
# for each thread that has read a large picture. All threads share one arena; blocks from 500 kB on
# are returned when freed; at most 4 MB of smaller free blocks are kept. deploy/serve.py sets the same.
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=500000 MALLOC_TRIM_THRESHOLD_=4000000
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 PORT=8000 METRICS_PORT=9090 INKLING_LOG=json
EXPOSE 8000
# A number, because orchestrators check that a user is not root by its number.
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=500ms \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["python", "-m", "deploy.serve"]
