#import <UIKit/UIKit.h>

#import "shell/Services.h"

NS_ASSUME_NONNULL_BEGIN

// What a developer wants to know and to switch. Shown above the camera, which
// goes on, so that the numbers are of now.
@interface SettingsViewController : UITableViewController

- (instancetype)initWithServices:(Services*)services NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithStyle:(UITableViewStyle)style NS_UNAVAILABLE;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
