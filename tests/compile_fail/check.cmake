# cmake -Dcompiler=… -Dflags=… -Dcase=FILE -P check.cmake
file(STRINGS ${case} sentences REGEX "^// expect: ")
if(NOT sentences)
  message(FATAL_ERROR "${case} has no line `// expect: text`")
endif()

execute_process(COMMAND ${compiler} ${flags} -DOK ${case}
  RESULT_VARIABLE failed ERROR_VARIABLE text)
if(failed)
  message(FATAL_ERROR "With OK it must compile, but:\n${text}")
endif()

execute_process(COMMAND ${compiler} ${flags} ${case}
  RESULT_VARIABLE failed ERROR_VARIABLE text)
if(NOT failed)
  message(FATAL_ERROR "It compiles.")
endif()
foreach(sentence IN LISTS sentences)
  string(REGEX REPLACE "^// expect: " "" sentence "${sentence}")
  string(FIND "${text}" "${sentence}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "The errors do not say\n  ${sentence}\nbut\n${text}")
  endif()
endforeach()
