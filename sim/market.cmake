# The second half of the simulator: scenarios, policies, measures, reports.
find_path(HOLDFAST_TOML_INCLUDE toml++/toml.h REQUIRED)

# scenarios/*.toml as one source file, in the order in which they are listed.
set(scenarios drain catalogue chunks flash-sale flash-sale-cut stampede sunrise long-tail returns
    last-unit-2 last-unit-5 last-unit-16 islands bridge swarm-small)
set(embedded "#include \"sim/scenario/catalogue.h\"\n\nnamespace holdfast::sim {\nnamespace {\nconstexpr EmbeddedFile files[] = {\n")
foreach(scenario ${scenarios})
  set(file ${CMAKE_CURRENT_SOURCE_DIR}/scenarios/${scenario}.toml)
  file(READ ${file} content)
  string(APPEND embedded "{\"${scenario}\", R\"toml(${content})toml\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endforeach()
string(APPEND embedded "};\n}\nstd::span<const EmbeddedFile> embedded_scenarios() { return files; }\n}\n")
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded_scenarios.cpp CONTENT "${embedded}" @ONLY)

holdfast_library(market
  SOURCES
    ${CMAKE_CURRENT_BINARY_DIR}/embedded_scenarios.cpp
    commands/arguments.cpp
    commands/commands.cpp
    commands/compare.cpp
    commands/fuzz.cpp
    commands/jobs.cpp
    commands/list.cpp
    commands/orders.cpp
    commands/replay.cpp
    commands/run.cpp
    commands/settings.cpp
    commands/speed.cpp
    market/floor.cpp
    market/market.cpp
    measure/measures.cpp
    measure/news.cpp
    measure/watch.cpp
    policies/dealer.cpp
    policies/fixed.cpp
    policies/holdfast.cpp
    policies/periodic.cpp
    policies/policies.cpp
    policies/reactive.cpp
    policies/shared_number.cpp
    policies/shelf.cpp
    policies/split_rights.cpp
    policies/threshold.cpp
    policies/transfers.cpp
    report/charts.cpp
    report/page.cpp
    report/recording.cpp
    report/svg.cpp
    report/tables.cpp
    scenario/catalogue.cpp
    scenario/scenario.cpp
    scenario/scenario_file.cpp
    shoppers/draw.cpp
    shoppers/history.cpp
  DEPENDS holdfast::sim holdfast::fuzz holdfast::text holdfast::orders)
target_include_directories(holdfast_market SYSTEM PRIVATE ${HOLDFAST_TOML_INCLUDE})

holdfast_program(holdfast-sim SOURCES main.cpp DEPENDS holdfast::market)
