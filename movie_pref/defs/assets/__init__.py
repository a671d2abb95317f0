"""Software-defined assets, one module a panel of the flowcharts. An asset is a few lines around a pure function."""
