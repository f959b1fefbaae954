#pragma once

#include <stdint.h>

extern "C" {

typedef int kern_return_t;
typedef int integer_t;
typedef unsigned int natural_t;
typedef unsigned int mach_port_t;
typedef mach_port_t task_name_t;
typedef natural_t task_flavor_t;
typedef natural_t mach_msg_type_number_t;
typedef integer_t* task_info_t;
typedef uint64_t mach_vm_size_t;

// Shortened: the fields before and after are left out.
struct task_vm_info {
  mach_vm_size_t phys_footprint;
};
typedef struct task_vm_info task_vm_info_data_t;

extern mach_port_t mach_task_self_;
#define mach_task_self() mach_task_self_
#define KERN_SUCCESS 0
#define TASK_VM_INFO 22
#define TASK_VM_INFO_COUNT                                       \
  ((mach_msg_type_number_t)(sizeof(task_vm_info_data_t) /        \
                            sizeof(natural_t)))

kern_return_t task_info(task_name_t target_task, task_flavor_t flavor,
                        task_info_t task_info_out,
                        mach_msg_type_number_t* task_info_outCnt);
}
