# docker build -t inkling . && docker run --rm -p 8000:8000 inkling
# `make pin` writes the digest of the base image behind its name.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /inkling
COPY requirements.txt .
# What packages bring only for those who build on them goes: tests, headers, type stubs.
RUN python3 -m venv --without-pip /venv \
 && python3 -m pip --python /venv/bin/python install \
    --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt \
 && cd /venv/lib/python3*/site-packages \
 && find . -type d \( -name tests -o -name include -o -name f2py \) -prune -exec rm -r {} + \
 && find . \( -name '*.pyi' -o -name '*.a' \) -delete
# .dockerignore lets through only what the app needs. Whatever the umask of the checkout, all may
# read it. Compiled here, it starts sooner than from a disk that it cannot write to.
COPY . .
RUN chmod -R a+rX . && python3 -m compileall -q app nn gunicorn.conf.py

FROM ${BASE}
COPY --from=build /venv /venv
COPY --from=build /inkling /inkling
WORKDIR /inkling
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 PORT=8000 INKLING_LOG=json
EXPOSE 8000
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=500ms \
    CMD ["python", "-c", "import http.client, os, sys; connection = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); connection.request('GET', '/readyz'); sys.exit(connection.getresponse().status != 200)"]
CMD ["gunicorn"]
