#import "shell/Diagnostics.h"

#import <mach/mach.h>
#import <os/proc.h>

static NSString* BytesText(uint64_t bytes) {
  return [NSByteCountFormatter stringFromByteCount:static_cast<long long>(bytes)
                                        countStyle:NSByteCountFormatterCountStyleMemory];
}

NSString* MemoryUsedText(void) {
  task_vm_info_data_t info;
  mach_msg_type_number_t count = TASK_VM_INFO_COUNT;
  const kern_return_t asked =
      task_info(mach_task_self(), TASK_VM_INFO, reinterpret_cast<task_info_t>(&info), &count);
  return asked == KERN_SUCCESS ? BytesText(info.phys_footprint) : @"?";
}

NSString* MemoryLeftText(void) { return BytesText(os_proc_available_memory()); }

NSString* HeatText(shopcam::Heat heat) {
  switch (heat) {
    case shopcam::Heat::kNominal:
      return NSLocalizedString(@"nominal", nil);
    case shopcam::Heat::kFair:
      return NSLocalizedString(@"fair", nil);
    case shopcam::Heat::kSerious:
      return NSLocalizedString(@"serious", nil);
    case shopcam::Heat::kCritical:
      return NSLocalizedString(@"critical", nil);
  }
}

NSString* NumberText(double number) {
  if (!(number > 0)) return @"–";
  NSNumberFormatter* formatter = [[NSNumberFormatter alloc] init];
  formatter.numberStyle = NSNumberFormatterDecimalStyle;
  formatter.maximumFractionDigits = 1;
  return [formatter stringFromNumber:@(number)] ?: @"–";
}
