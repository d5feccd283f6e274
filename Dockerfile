# docker build -t inkling . && docker run --rm -p 8000:8000 inkling
FROM python:3.13-slim AS build
WORKDIR /inkling
COPY requirements.txt .
RUN python3 -m venv --without-pip /venv \
 && python3 -m pip --python /venv/bin/python install \
    --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
# .dockerignore lets through only what the app needs. Whatever the umask of the checkout, all may read it.
COPY . .
RUN chmod -R a+rX .

FROM python:3.13-slim
COPY --from=build /venv /venv
COPY --from=build /inkling /inkling
WORKDIR /inkling
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
EXPOSE 8000
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import http.client, os, sys; connection = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); connection.request('GET', '/readyz'); sys.exit(connection.getresponse().status != 200)"]
CMD ["gunicorn"]
