FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/kyc
RUN python -m venv /opt/venv
COPY .locks/runtime.txt .locks/runtime.txt
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r .locks/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/kyc kyc \
  && install -d -o kyc -g kyc -m 0700 /var/lib/kyc
WORKDIR /srv/kyc
COPY --from=build /opt/venv /opt/venv
COPY pyproject.toml ./
COPY app app
COPY templates templates
COPY static static
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 KYC_STATE_DIR=/var/lib/kyc
USER kyc
VOLUME /var/lib/kyc
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
  ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
CMD ["kyc", "serve", "--host", "0.0.0.0", "--port", "8080"]
